package io.unitcost.samples.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The users: sends the traffic, so many requests at a time at most, and counts the answers. */
final class Client {

    private static final int IN_FLIGHT = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int OK = 200;
    private static final int BAD_GATEWAY = 502;

    private final HttpClient http;
    private final URI service;
    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<@Nullable String> unexpected = new AtomicReference<>();

    Client(HttpClient http, URI service) {
        this.http = http;
        this.service = service;
    }

    /** How many requests were answered as asked for. */
    long delivered() {
        return delivered.get();
    }

    /** How many requests the service gave up on. */
    long failed() {
        return failed.get();
    }

    /** An answer or failure that is none of these two, if there was one. */
    @Nullable
    String unexpected() {
        return unexpected.get();
    }

    /** What happens half-way: when no request is under way. */
    interface Half {
        void reached() throws InterruptedException;
    }

    /**
     * Sends all requests and waits for all answers.
     *
     * @param speed how many times faster than the trace; infinite for as fast as it goes
     * @param clock that is moved on with the trace
     */
    void send(Traffic traffic, double speed, TraceClock clock, Half half) throws InterruptedException {
        long start = System.nanoTime();
        boolean before = true;
        for (int i = 0; i < traffic.arrivals().size(); i++) {
            Arrival arrival = traffic.arrivals().get(i);
            if (before && !traffic.isFirstHalf(arrival)) {
                before = false;
                permits.acquire(IN_FLIGHT);
                permits.release(IN_FLIGHT);
                half.reached();
            }
            TimeUnit.NANOSECONDS.sleep(start + (long) (arrival.nanos() / speed) - System.nanoTime());
            permits.acquire();
            clock.arrive(arrival);
            send(i, arrival);
        }
        permits.acquire(IN_FLIGHT);
    }

    private void send(int number, Arrival arrival) {
        int length = Texts.length(arrival.inputTokens(), number);
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/" + arrival.feature()))
                .header(ModelServer.REQUEST_ID, Integer.toString(number))
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(Texts.bytes(), 0, length))
                .build();
        CompletableFuture<?> unused = http.sendAsync(request, BodyHandlers.discarding())
                .whenComplete((response, failure) -> {
                    count(arrival, response, failure);
                    permits.release();
                });
    }

    private void count(Arrival arrival, @Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
        int status = response == null ? 0 : response.statusCode();
        if (status == OK) {
            delivered.incrementAndGet();
        } else if (status == BAD_GATEWAY) {
            failed.incrementAndGet();
        } else {
            unexpected.compareAndSet(
                    null, arrival.feature() + ": " + (response == null ? failure : "status " + status));
        }
    }
}
