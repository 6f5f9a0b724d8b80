package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no container does on demand to a response that is looked at. */
class MeteredResponseTest {

    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder().listener(costs).build();
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final ServletOutputStream out = mock(ServletOutputStream.class);
    private final AsyncContext context = mock(AsyncContext.class);
    private final RequestMeter account = meter.open("chat");
    private final RequestEnd end = new RequestEnd(
            meter,
            account,
            response,
            Ending::outcome,
            new Announcement("X-Cost", null, true),
            new ServedAnswer(meter, account, "openai"));
    private final MeteredResponse metered = MeteredResponse.within(MeteredResponse.wrap(response, end), end);

    @BeforeEach
    void aResponse() throws IOException {
        when(response.getOutputStream()).thenReturn(out);
        when(response.getWriter()).thenReturn(new PrintWriter(new StringWriter()));
        when(response.getBufferSize()).thenReturn(8_192);
        when(response.getStatus()).thenReturn(200);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        end.onComplete(new AsyncEvent(context));
        costs.drain();
        meter.close();
        costs.assertNothingLeft();
    }

    @Test
    void aResponseThatMayBeRecycledIsNotTouched() throws IOException {
        AsyncContext announcing = new AnnouncingContext(context, metered);
        end.onError(new AsyncEvent(context, new IOException("reset")));
        announcing.complete();
        metered.flushBuffer();
        metered.getOutputStream().write(new byte[20_000]);
        end.onComplete(new AsyncEvent(context));
        announcing.complete();
        verify(response, never()).setHeader(any(), any());
        verify(response, never()).addHeader(any(), any());
    }

    @Test
    void aContainerThatFailsUsDoesNotFailTheApplication() throws IOException {
        when(response.isCommitted()).thenThrow(new IllegalStateException("provoked by a recycled response"));
        when(response.getHeader("Content-Encoding")).thenThrow(new IllegalStateException("provoked, too"));
        byte[] body = ServedBodies.JSON.getBytes(StandardCharsets.UTF_8);
        metered.getOutputStream().write(body);
        metered.getOutputStream().flush();
        metered.getWriter().println(ServedBodies.JSON);
        verify(out).write(body, 0, body.length);
        verify(out).flush();
        assertThat(meter.errors(Site.BOUNDARY)).isPositive();
    }

    @Test
    void aHeaderThatCannotBeSetDoesNotFailTheApplication() throws IOException {
        doThrow(new IllegalStateException("provoked")).when(response).setHeader(eq("X-Cost"), anyString());
        metered.flushBuffer();
        verify(response).flushBuffer();
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(1);
    }

    @Test
    void aReaderThatFailsDoesNotFailTheApplication() throws IOException {
        // a container that takes what it should refuse
        metered.getOutputStream().write(null, 0, 1);
        metered.getOutputStream().write(new byte[1], 5, 1);
        assertThat(meter.errors(Site.USAGE)).isEqualTo(2);
        metered.getOutputStream().write(ServedBodies.JSON.getBytes(StandardCharsets.UTF_8));
        end.onComplete(new AsyncEvent(context));
        assertThat(costs.take().attempts()).as("and goes on").hasSize(1);
    }

    @Test
    void whatTheContainerThrowsGoesOnAsItIs() throws IOException {
        List<Throwable> failures = List.of(
                new IOException("provoked"),
                new IllegalStateException("write pending"),
                new NullPointerException("recycled"),
                new StackOverflowError("provoked"));
        ServletOutputStream seen = metered.getOutputStream();
        for (Throwable failure : failures) {
            doThrow(failure).when(out).write(any(byte[].class), anyInt(), anyInt());
            doThrow(failure).when(out).write(anyInt());
            doThrow(failure).when(out).print(anyString());
            doThrow(failure).when(out).flush();
            doThrow(failure).when(out).close();
            doThrow(failure).when(response).flushBuffer();
            assertThatThrownBy(() -> seen.write(new byte[1])).isSameAs(failure);
            assertThatThrownBy(() -> seen.write(1)).isSameAs(failure);
            assertThatThrownBy(() -> seen.print("x")).isSameAs(failure);
            assertThatThrownBy(seen::flush).isSameAs(failure);
            assertThatThrownBy(metered::flushBuffer).isSameAs(failure);
        }
        assertThatThrownBy(seen::close).isInstanceOf(StackOverflowError.class);
        assertThat(meter.errors(Site.BOUNDARY)).isZero();
    }

    @Test
    void aFailureOfTheApplicationsOwnIsNoAbort() throws IOException {
        doThrow(new IllegalStateException("write pending")).when(out).write(anyInt());
        assertThatThrownBy(() -> metered.getOutputStream().write(1)).isInstanceOf(IllegalStateException.class);
        end.onComplete(new AsyncEvent(context));
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void aStreamDelegatesWhatItDoesNotSee() throws IOException {
        when(out.isReady()).thenReturn(true, false);
        ServletOutputStream seen = metered.getOutputStream();
        assertThat(seen.isReady()).isTrue();
        assertThat(seen.isReady()).isFalse();
        WriteListener listener = mock(WriteListener.class);
        WriteListener[] told = new WriteListener[1];
        doAnswer(call -> told[0] = call.getArgument(0)).when(out).setWriteListener(any());
        seen.setWriteListener(listener);
        told[0].onWritePossible();
        verify(listener).onWritePossible();
        IOException failure = new IOException("reset");
        told[0].onError(failure);
        verify(listener).onError(failure);
        end.onComplete(new AsyncEvent(context));
        assertThat(costs.take().outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void anotherStreamAfterAResetIsAnotherOne() throws IOException {
        ServletOutputStream first = metered.getOutputStream();
        PrintWriter writer = metered.getWriter();
        assertThat(metered.getOutputStream()).isSameAs(first);
        assertThat(metered.getWriter()).isSameAs(writer);
        when(response.getOutputStream()).thenReturn(mock(ServletOutputStream.class));
        when(response.getWriter()).thenReturn(new PrintWriter(new StringWriter()));
        metered.reset();
        assertThat(metered.getOutputStream()).isNotSameAs(first);
        assertThat(metered.getWriter()).isNotSameAs(writer);
    }

    /** The end comes on another thread while a piece is written: it is booked once, in its request, by whoever is last. */
    @Test
    void theEndMayComeWhileAPieceIsRead() throws Exception {
        byte[] chunk = ServedBodies.CHUNK.getBytes(StandardCharsets.UTF_8);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        CyclicBarrier start = new CyclicBarrier(2);
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            RequestMeter request = meter.open("race");
            ServedAnswer answer = new ServedAnswer(meter, request, "openai");
            answer.written(chunk, 0, chunk.length);
            Future<?> writing = writer.submit(() -> {
                start.await();
                for (int j = 0; j < 20; j++) {
                    answer.written(chunk, 0, chunk.length);
                }
                return null;
            });
            start.await();
            answer.book(Outcome.CANCELLED);
            request.end(Outcome.CANCELLED);
            answer.book(Outcome.CANCELLED);
            writing.get();
            RequestCost cost = costs.take();
            assertThat(cost.kind()).isEqualTo(RequestCost.Kind.REQUEST);
            assertThat(cost.attempts()).hasSize(1);
            costs.assertNothingLeft();
        }
        writer.shutdown();
        assertThat(meter.errors(Site.USAGE)).isZero();
    }

    /** What Servlet 6.1 has brought is overridden, and must not keep a container of before from loading it. */
    @Test
    void itLinksInAContainerOfServlet60() throws Exception {
        Path old = Path.of("target", "matrix", "servlet-6.0");
        Assumptions.assumeTrue(Files.isDirectory(old), "the matrix suite has fetched the older API");
        List<URL> path = new ArrayList<>();
        try (Stream<Path> jars = Files.list(old)) {
            for (Path jar : jars.toList()) {
                path.add(jar.toUri().toURL());
            }
        }
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("servlet-api")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Class<?> api = loader.loadClass("jakarta.servlet.ServletOutputStream");
            assertThat(api.getDeclaredMethods())
                    .noneMatch(method -> List.of(method.getParameterTypes()).contains(ByteBuffer.class));
            for (Class<?> type : List.of(MeteredOutputStream.class, MeteredResponse.class, CostFilter.class)) {
                Class<?> linked = Class.forName(type.getName(), true, loader);
                assertThat(linked.getDeclaredMethods()).isNotEmpty();
            }
        }
    }
}
