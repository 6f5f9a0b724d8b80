package io.unitcost.samples.tour;

import io.unitcost.RequestCost;
import io.unitcost.samples.model.Bill;
import io.unitcost.samples.tour.Browser.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A few requests to an application, as its users would make them, and what each cost. */
public final class Tour {

    private static final int OK = 200;
    private static final int WIDTH = 98;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final PrintWriter out;
    private final Browser browser;
    private final Provider provider;
    private final Receipts receipts;
    private int number;
    private boolean good = true;

    Tour(PrintWriter out, Stage stage) {
        this.out = out;
        this.browser = stage.browser();
        this.provider = stage.provider();
        this.receipts = stage.receipts();
    }

    /** Makes requests with each line of this text in them fail at the provider, or be slow: {@code 503,503}, {@code slow}. */
    public void failWhen(String text, String faults) throws IOException {
        provider.failWhen(text, faults);
    }

    /** Shows what something cost that no user asked for. */
    public void show(String title) throws InterruptedException {
        title(title);
        next();
    }

    /** Asks, and waits for all of the answer. */
    public void ask(String title, String path, String text) throws IOException, InterruptedException {
        title(title);
        show(path, browser.post(path, text));
        next();
    }

    /** Asks for a stream, and reads all of it. */
    public void stream(String title, String path, String text) throws IOException, InterruptedException {
        title(title);
        show(path, browser.stream(path, text, Integer.MAX_VALUE));
        next();
    }

    /** Asks for a stream, and hangs up after some words. */
    public void leave(String title, String path, String text, int words) throws IOException, InterruptedException {
        title(title);
        show(path, browser.stream(path, text, words));
        next();
    }

    /** Asks for streams at the same time, and reads all of each; of those that are to be left, only some words. */
    public void streams(String title, String path, List<String> texts, List<String> left, int words)
            throws IOException, InterruptedException {
        title(title);
        ExecutorService users = Executors.newFixedThreadPool(texts.size() + left.size());
        try {
            List<Future<Reply>> replies = new ArrayList<>();
            texts.forEach(text -> replies.add(users.submit(() -> browser.stream(path, text, Integer.MAX_VALUE))));
            left.forEach(text -> replies.add(users.submit(() -> browser.stream(path, text, words))));
            List<RequestCost> costs = new ArrayList<>();
            for (Future<Reply> reply : replies) {
                good &= reply.get().status() == OK;
                costs.add(receipts.next());
            }
            Receipt.print(out, costs);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            users.shutdownNow();
        }
        out.println();
    }

    /** Each feature, from the page that Prometheus reads. */
    public void features() throws IOException, InterruptedException {
        out.println("By feature, computed from what Prometheus sees at /actuator/prometheus");
        FeatureTable.print(out, browser.scrape());
        out.println();
    }

    /** Whether everything was counted, and once: by the application's meters and by the ledger. */
    public void audit() throws IOException, InterruptedException {
        out.println("What the application metered, and what the model server would bill");
        Audit audit = Audit.await(browser, provider);
        audit.print(out);
        boolean same = audit.differences().isEmpty();
        out.println(same ? "   The same, to the token and to 10^-12 USD." : "   Not the same.");
        out.println();
        good &= same;
    }

    /** What the model server would bill for the answer that broke off: it notices a moment later. */
    public void lastBill() throws IOException {
        long begun = System.nanoTime();
        Bill last = provider.lastBill();
        while ((last == null || last.isWhole()) && System.nanoTime() - begun < PATIENCE_NANOS) {
            LockSupport.parkNanos(BETWEEN_NANOS);
            last = provider.lastBill();
        }
        if (last == null || last.isWhole()) {
            out.println("   The model server had sent everything.");
        } else {
            out.println("   The model server would bill " + last.input() + " tokens in and " + last.output() + " out, "
                    + Receipt.usd(Provider.cost(last)) + " USD.");
        }
        out.println();
    }

    /** Something to say. */
    public void say(String line) {
        out.println(line);
    }

    boolean isGood() {
        return good;
    }

    private void title(String title) {
        number++;
        out.println(number + ". " + title);
    }

    private void show(String path, Reply reply) {
        String text = "   POST " + path + ": " + (reply.status() == OK ? "" : reply.status() + " ")
                + reply.text().strip().replaceAll("\\s+", " ");
        out.println(text.length() <= WIDTH ? text : text.substring(0, WIDTH - 3) + "...");
        good &= reply.status() == OK;
    }

    private void next() throws InterruptedException {
        RequestCost cost = receipts.next();
        Receipt.print(out, cost);
        out.println();
    }
}
