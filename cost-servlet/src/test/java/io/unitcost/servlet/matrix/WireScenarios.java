package io.unitcost.servlet.matrix;

import static io.unitcost.servlet.matrix.Scenario.CANCELLED;
import static io.unitcost.servlet.matrix.Scenario.DELIVERED;
import static io.unitcost.servlet.matrix.Scenario.FAILED;
import static io.unitcost.servlet.matrix.Scenario.of;

import io.unitcost.servlet.matrix.Scenario.Cell;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What protocols and connections are good for. */
final class WireScenarios {

    private static final int REQUESTS = 5;
    private static final int LARGE = 1 << 20;
    private static final byte[] PIECE = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, String> EXPECT = Map.of("Expect", "100-continue");
    private static final Set<String> DELIVERED_OR_CANCELLED = Set.of("DELIVERED", "CANCELLED");

    private WireScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("keepAlive", SyncScenarios::hello, WireScenarios::oneAfterTheOther),
                of(
                        "keepAliveAsync",
                        v -> StreamScenarios.async(v, 20_000, () -> SyncScenarios.hello(v), true),
                        WireScenarios::oneAfterTheOther),
                of("pipelining", SyncScenarios::hello, WireScenarios::allAtOnce),
                of(
                        "pipeliningAsync",
                        v -> StreamScenarios.async(v, 20_000, () -> SyncScenarios.hello(v), true),
                        WireScenarios::allAtOnce),
                of("trailers", WireScenarios::trailers, WireScenarios::getsTrailers),
                of("expectContinue", WireScenarios::echo, WireScenarios::continues)
                        .http1Only(),
                of("expectContinueRefused", v -> v.response.sendError(417), WireScenarios::isRefused)
                        .http1Only()
                        .ends(FAILED),
                of("upload", WireScenarios::echo, WireScenarios::uploads),
                of("uploadReset", WireScenarios::echo, client -> breaksUpload(client, true))
                        .ends(CANCELLED)
                        .seldom(WireScenarios::mayLookComplete, "DELIVERED"),
                of("uploadHangUp", WireScenarios::echo, client -> breaksUpload(client, false))
                        // a connection that ends is the end of the body
                        .ends((cell, number) -> cell.undertow() && cell.http2() ? DELIVERED_OR_CANCELLED : CANCELLED)
                        .seldom(WireScenarios::mayLookComplete, "DELIVERED"),
                of("nonBlockingRead", WireScenarios::nonBlockingEcho, WireScenarios::uploads),
                of("nonBlockingReadReset", WireScenarios::nonBlockingEcho, client -> breaksUpload(client, true))
                        // only Tomcat tells more than the application, which completes the request
                        .ends((cell, number) -> cell.tomcat() ? CANCELLED : DELIVERED)
                        .seldom(cell -> cell.jetty() && cell.http2(), "CANCELLED")
                        .seldom(WireScenarios::mayLookComplete, "DELIVERED"),
                of("halfClose", SyncScenarios::hello, WireScenarios::closesItsHalf)
                        .http1Only(),
                of(
                                "halfCloseAsync",
                                v -> StreamScenarios.async(v, 20_000, () -> SyncScenarios.hello(v), true),
                                WireScenarios::closesItsHalf)
                        .http1Only(),
                of("slowReader", v -> v.response.getOutputStream().write(new byte[LARGE]), WireScenarios::readsSlowly),
                of("upgrade", WireScenarios::upgrade, WireScenarios::upgrades).http1Only(),
                of("goneBeforeTheAnswer", WireScenarios::answersNobody, WireScenarios::leavesBeforeTheAnswer),
                of("halfAHead", SyncScenarios::hello, WireScenarios::sendsHalfAHead)
                        .http1Only(),
                of("afterAReset", WireScenarios::recycled, WireScenarios::comesAfterAReset)
                        .ends((cell, number) -> number == 0 ? CANCELLED : DELIVERED)
                        // the next request on the connection's objects may be told of the failure of the one before
                        .seldom(Cell::tomcat, "CANCELLED", "FAILED"));
    }

    /** To who reads, a stream that Tomcat sees reset between two reads ends like one that is complete. */
    private static boolean mayLookComplete(Cell cell) {
        return cell.tomcat() && cell.http2();
    }

    private static void oneAfterTheOther(Client client) throws Exception {
        Conversation conversation = client.connect();
        for (int i = 0; i < REQUESTS; i++) {
            conversation.get(client.path(i)).expect(200, "hello");
        }
    }

    private static void allAtOnce(Client client) throws Exception {
        Conversation conversation = client.connect();
        for (int i = 0; i < REQUESTS; i++) {
            conversation.request("GET", client.path(i), Map.of(), false);
        }
        for (int i = 0; i < REQUESTS; i++) {
            conversation.answer().expect(200, "hello");
        }
    }

    private static void trailers(Visit visit) throws IOException {
        visit.response.setHeader("Trailer", "X-After");
        visit.response.setTrailerFields(() -> Map.of("X-After", "1"));
        visit.use();
        visit.text("hello");
        visit.response.flushBuffer();
    }

    private static void getsTrailers(Client client) throws Exception {
        Answer answer = client.get().expect(200, "hello");
        if (!answer.trailers()) {
            throw new AssertionError("no trailers");
        }
    }

    private static void echo(Visit visit) throws IOException {
        visit.use();
        visit.tell(Stage.STARTED);
        byte[] body = visit.request.getInputStream().readAllBytes();
        visit.response.getOutputStream().write(body);
    }

    private static void continues(Client client) throws Exception {
        Http1 conversation = client.keep(new Http1(client.port));
        conversation.request("POST", client.path(), EXPECT, true);
        if (conversation.readHead() != 100) {
            throw new AssertionError("no 100");
        }
        conversation.send(PIECE, true);
        conversation.answer().expect(200, "hello");
    }

    private static void isRefused(Client client) throws Exception {
        Conversation conversation = client.connect();
        conversation.request("POST", client.path(), EXPECT, true);
        conversation.answer().expect(417);
    }

    private static void uploads(Client client) throws Exception {
        Conversation conversation = client.connect();
        conversation.request("POST", client.path(), Map.of(), true);
        client.await(Stage.STARTED);
        for (int i = 0; i < REQUESTS; i++) {
            conversation.send(PIECE, i == REQUESTS - 1);
        }
        conversation.answer().expect(200, "hello".repeat(REQUESTS));
    }

    private static void breaksUpload(Client client, boolean reset) throws Exception {
        Conversation conversation = client.connect();
        conversation.request("POST", client.path(), Map.of(), true);
        conversation.send(PIECE, false);
        client.await(Stage.STARTED);
        if (reset) {
            conversation.reset();
        } else {
            conversation.close();
        }
    }

    private static void nonBlockingEcho(Visit visit) throws IOException {
        visit.use();
        AsyncContext async = visit.start(20_000);
        ServletInputStream in = visit.request.getInputStream();
        in.setReadListener(new ReadListener() {
            private final byte[] piece = new byte[100];

            @Override
            public void onDataAvailable() throws IOException {
                while (in.isReady() && !in.isFinished()) {
                    int read = in.read(piece);
                    if (read > 0) {
                        visit.response.getOutputStream().write(piece, 0, read);
                    }
                }
            }

            @Override
            public void onAllDataRead() {
                async.complete();
            }

            @Override
            public void onError(Throwable failure) {
                async.complete();
            }
        });
        visit.tell(Stage.STARTED);
    }

    private static void closesItsHalf(Client client) throws Exception {
        Http1 conversation = client.keep(new Http1(client.port));
        conversation.request("GET", client.path(), Map.of(), false);
        conversation.shutdownOutput();
        conversation.answer().expect(200, "hello");
    }

    private static void readsSlowly(Client client) throws Exception {
        if (client.http2) {
            Http2 conversation = client.keep(new Http2(client.port, Http2.NARROW_WINDOW));
            conversation.request("GET", client.path(), Map.of(), false);
            conversation.awaitBody();
            Client.dawdle();
            conversation.widen(LARGE);
            conversation.answer().expect(200);
        } else {
            Http1 conversation = client.keep(new Http1(client.port, true));
            conversation.request("GET", client.path(), Map.of(), false);
            Client.dawdle();
            conversation.answer().expect(200);
        }
    }

    private static void upgrade(Visit visit) throws Exception {
        visit.use();
        visit.response.setHeader("Upgrade", "echo");
        visit.response.setHeader("Connection", "Upgrade");
        visit.request.upgrade(Echo.class);
    }

    /** Talks another protocol: bytes come back. */
    public static final class Echo implements HttpUpgradeHandler {
        /** Made by the container. */
        public Echo() {}

        @Override
        public void init(WebConnection connection) {
            try {
                ServletInputStream in = connection.getInputStream();
                in.setReadListener(new ReadListener() {
                    @Override
                    public void onDataAvailable() throws IOException {
                        int read = in.isReady() ? in.read() : 0;
                        if (read > 0) {
                            connection.getOutputStream().write(read);
                            connection.getOutputStream().flush();
                            Throwing.closing(connection);
                        }
                    }

                    @Override
                    public void onAllDataRead() {}

                    @Override
                    public void onError(Throwable failure) {}
                });
            } catch (IOException e) {
                Throwing.anyway(e);
            }
        }

        @Override
        public void destroy() {}
    }

    private static void upgrades(Client client) throws Exception {
        Http1 conversation = client.keep(new Http1(client.port));
        conversation.request("GET", client.path(), Map.of("Upgrade", "echo", "Connection", "Upgrade"), false);
        if (conversation.readHead() != 101) {
            throw new AssertionError("no 101");
        }
        // what is talked from here on is nobody's request
        conversation.sendRaw("!");
    }

    private static void answersNobody(Visit visit) throws Exception {
        visit.tell(Stage.STARTED);
        visit.await(Stage.GONE);
        SyncScenarios.hello(visit);
    }

    private static void leavesBeforeTheAnswer(Client client) throws Exception {
        client.started().reset();
        client.tell(Stage.GONE);
    }

    private static void sendsHalfAHead(Client client) throws Exception {
        Http1 conversation = client.keep(new Http1(client.port));
        conversation.sendRaw("GET " + client.path() + " HTTP/1.1\r\nHo");
    }

    /** The first is streamed until it breaks, the second is streamed to the end. */
    private static void recycled(Visit visit) {
        if (visit.id.endsWith(".0")) {
            StreamScenarios.brokenAsync(visit, 20_000, true);
        } else {
            StreamScenarios.async(visit, 3 * Visit.TIMEOUT_MILLIS, () -> StreamScenarios.events(visit), true);
        }
    }

    private static void comesAfterAReset(Client client) throws Exception {
        StreamScenarios.RESETS.run(client);
        Answer answer = client.connect().get(client.path(1));
        if (answer.status() != 200 && answer.isComplete()) {
            throw new AssertionError("expected 200, or nothing");
        }
    }
}
