package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import org.apache.catalina.connector.ClientAbortException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.ConstantThrowable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAbortTest {

    @Test
    void containersHaveTypesForIt() {
        assertThat(ClientAbort.isOne(new ClientAbortException())).isTrue();
        assertThat(ClientAbort.isOne(new EofException("Closed"))).isTrue();
        assertThat(ClientAbort.isOne(new IllegalStateException(new EofException())))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Broken pipe",
                "Connection reset by peer",
                "An established connection was aborted by the software in your host machine"
            })
    void theJdkSaysItInWords_ofWhichThoseToTheContainerCount(String words) {
        assertThat(ClientAbort.isOne(from(new IOException(words), "org.xnio.nio.NioSocketConduit")))
                .isTrue();
        assertThat(ClientAbort.isOne(from(new IOException(words), "org.apache.tomcat.util.net.NioChannel")))
                .isTrue();
        assertThat(ClientAbort.isOne(from(new IOException(words), "com.example.Models")))
                .isFalse();
        assertThat(ClientAbort.isOne(new IOException(words))).isFalse();
    }

    @Test
    void aClosedChannelMayBeTheApplicationsOwn() {
        assertThat(ClientAbort.isOne(from(new ClosedChannelException(), "io.undertow.server.AbstractServerConnection")))
                .isTrue();
        assertThat(ClientAbort.isOne(from(new ClosedChannelException(), "com.example.Models")))
                .isFalse();
    }

    @Test
    void jettyGivesUpABodyThatItsClientHasReset() {
        Throwable unconsumed = new ConstantThrowable("Unconsumed");
        assertThat(ClientAbort.isBodyGivenUp(new IOException(unconsumed))).isTrue();
        assertThat(ClientAbort.isBodyGivenUp(new IllegalStateException(new IOException(unconsumed))))
                .isTrue();
        assertThat(ClientAbort.isBodyGivenUp(new IOException("Unconsumed"))).isFalse();
        assertThat(ClientAbort.isBodyGivenUp(new IOException(new ConstantThrowable("Closed"))))
                .isFalse();
        assertThat(ClientAbort.isBodyGivenUp(null)).isFalse();
    }

    @Test
    void nothingElseIsOne() {
        assertThat(ClientAbort.isOne(null)).isFalse();
        assertThat(ClientAbort.isOne(new IOException())).isFalse();
        assertThat(ClientAbort.isOne(new TimeoutException("Broken pipe"))).isFalse();
        IOException bare = new IOException("Broken pipe");
        bare.setStackTrace(new StackTraceElement[0]);
        assertThat(ClientAbort.isOne(bare)).isFalse();
        Exception endless = new Exception();
        endless.initCause(new Exception(endless));
        assertThat(ClientAbort.isOne(endless)).isFalse();
    }

    private static IOException from(IOException failure, String caller) {
        failure.setStackTrace(new StackTraceElement[] {
            frame("sun.nio.ch.SocketDispatcher"),
            frame("java.nio.channels.SocketChannel"),
            frame(caller),
            frame("io.undertow.servlet.core.ServletRequestContext")
        });
        return failure;
    }

    private static StackTraceElement frame(String type) {
        return new StackTraceElement(type, "write", null, -1);
    }
}
