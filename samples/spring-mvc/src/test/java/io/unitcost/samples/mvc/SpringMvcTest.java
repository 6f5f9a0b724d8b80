package io.unitcost.samples.mvc;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.samples.model.ModelServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** The command as a user has it. */
class SpringMvcTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void eachRequestHasItsCost_andTheLedgerSaysTheSame() throws IOException {
        String printed = run(0);
        assertThat(printed)
                .contains("   indexing, delivered: inference 0 + support 0.0000")
                .containsPattern("1    1  support    text-embedding-3-small +8 +- +-  reported    0\\.000000160")
                .containsPattern("1    2  retry      gpt-4o-mini +- +- +-  not billed +0")
                .containsPattern("2    1  inference  gpt-4\\.1-mini ")
                .containsPattern("   stream, cancelled: inference 0 \\+ support 0 \\+ retry 0\\.000")
                .containsPattern("retry      gpt-4o-mini +[0-9,]+ +- +[0-9]+  estimated ")
                .containsPattern("chat +3 +3  0\\.000")
                .contains("The same, to the token and to 10^-12 USD.")
                .contains("/actuator/cost", "/actuator/prometheus", "--serve");
        assertThat(printed.lines().filter(line -> line.length() > 100)).isEmpty();
        assertThat(printed.lines().filter(line -> !line.equals(line.stripTrailing())))
                .isEmpty();
        assertThat(err.toString()).isEmpty();

        // the same with a model server that runs elsewhere, and has answered others before
        try (ModelServer elsewhere = ModelServer.start()) {
            assertThat(run(0, "--model-server", elsewhere.uri().toString()))
                    .contains("at " + elsewhere.uri() + ".")
                    .contains("The same, to the token");
            assertThat(elsewhere.ledger()).isNotEmpty();
        }
    }

    @Test
    void whatIsWrongWithTheArgumentsIsOneMessage_andExitCode2() throws IOException {
        run(2, "--serve", "70000");
        assertThat(err.toString()).startsWith("--serve: 70000 is not a port");
        run(2, "--model-server", "http://127.0.0.1:1");
        assertThat(err.toString()).startsWith("--model-server: there is none at 'http://127.0.0.1:1'");
        run(2, "--model-server", "somewhere");
        assertThat(err.toString()).startsWith("--model-server: there is none at 'somewhere'");
        run(2, "--colour");
        assertThat(err.toString()).contains("--colour", "--help");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            run(2, "--serve", Integer.toString(taken.getLocalPort()));
            assertThat(err.toString()).startsWith("--serve: port " + taken.getLocalPort() + " is taken");
        }
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run(0, "--help")).contains("java -jar spring-mvc.jar", "--serve", "--model-server", "--help");
    }

    private String run(int code, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int actual = SpringMvc.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        assertThat(actual).as("exit code; %s%s", err, out).isEqualTo(code);
        return out.toString();
    }
}
