package io.unitcost.servlet.matrix;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The client of one repetition of a scenario; it may send several requests. One thread. */
final class Client implements Closeable {

    private static final long DAWDLE_MILLIS = 300;
    final int port;
    final boolean http2;
    private final Scenario scenario;
    private final String run;
    private final Stage stage;
    private final List<Conversation> open = new ArrayList<>();

    Client(int port, boolean http2, Scenario scenario, int repetition, Stage stage) {
        this.port = port;
        this.http2 = http2;
        this.scenario = scenario;
        this.run = scenario.name() + (http2 ? ".h2." : ".h1.") + repetition + ".";
        this.stage = stage;
    }

    String id(int number) {
        return run + number;
    }

    String path() {
        return path(0);
    }

    String path(int number) {
        return scenario.prefix() + "/" + scenario.name() + "?id=" + id(number);
    }

    Conversation connect() throws IOException {
        return keep(Conversation.with(port, http2));
    }

    <C extends Conversation> C keep(C conversation) {
        open.add(conversation);
        return conversation;
    }

    /** Stays connected until the servlet has returned: over HTTP/2 the last byte is there before. */
    Answer get() throws Exception {
        Answer answer = connect().get(path());
        stage.awaitBriefly(id(0), Stage.LEFT);
        return answer;
    }

    /** To be closed only when the run is over. */
    void leaveOpen(Conversation conversation) {
        open.remove(conversation);
        stage.leftOpen.add(conversation);
    }

    /** Does nothing for a while, which is what is tested. */
    static void dawdle() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(DAWDLE_MILLIS));
    }

    /** Has sent the request and goes on when the handler is there. */
    Conversation started() throws Exception {
        Conversation conversation = connect();
        conversation.request("GET", path(), Map.of(), false);
        await(Stage.STARTED);
        return conversation;
    }

    void tell(String what) {
        stage.tell(id(0), what);
    }

    void await(String what) throws Exception {
        stage.await(id(0), what);
    }

    @Override
    public void close() throws IOException {
        for (Conversation conversation : open) {
            conversation.close();
        }
    }
}
