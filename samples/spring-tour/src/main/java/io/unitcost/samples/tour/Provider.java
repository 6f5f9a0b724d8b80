package io.unitcost.samples.tour;

import io.unitcost.samples.model.Bill;
import io.unitcost.samples.model.ModelServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The model server that the application asks, in this process or elsewhere, with its ledger since the beginning. */
public final class Provider implements AutoCloseable {

    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** List prices of a million tokens in US dollars: uncached input, cached input, output. Written down here once more. */
    private static final Map<String, List<String>> PRICES = Map.of(
            "gpt-4o-mini", List.of("0.15", "0.075", "0.60"),
            "gpt-4.1-mini", List.of("0.40", "0.10", "1.60"),
            "text-embedding-3-small", List.of("0.02", "0", "0"));

    private final @Nullable ModelServer own;
    private final URI uri;
    private final HttpClient client = HttpClient.newHttpClient();
    private final int before;

    private Provider(@Nullable ModelServer own, URI uri) throws IOException {
        this.own = own;
        this.uri = uri;
        this.before = bills().size();
    }

    /** Starts one in this process. */
    public static Provider start() throws IOException {
        ModelServer own = ModelServer.start();
        return new Provider(own, own.uri());
    }

    /**
     * Uses one that runs elsewhere.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Provider at(String address) {
        try {
            return new Provider(null, URI.create(address));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--model-server: there is none at '" + address + "' (" + e.getMessage()
                            + "); start samples/model-server/target/model-server.jar, and give its address, such as"
                            + " http://127.0.0.1:8089",
                    e);
        }
    }

    /** Where it is, without the version. */
    public URI uri() {
        return uri;
    }

    boolean isOwn() {
        return own != null;
    }

    /** Makes requests with each line of this text in them fail, or be slow: {@code 503,503}, {@code slow}. */
    public void failWhen(String text, String faults) throws IOException {
        send(HttpRequest.newBuilder(uri.resolve("/faults/" + faults)).PUT(BodyPublishers.ofString(text)));
    }

    /** A bill for each answer since the beginning, in the order in which they ended. */
    public List<Bill> ledger() throws IOException {
        List<Bill> all = bills();
        return all.subList(before, all.size());
    }

    @Nullable
    Bill lastBill() throws IOException {
        List<Bill> bills = ledger();
        return bills.isEmpty() ? null : bills.get(bills.size() - 1);
    }

    /** What a bill comes to, in US dollars. */
    public static BigDecimal cost(Bill bill) {
        List<String> prices = PRICES.get(bill.model());
        if (prices == null) {
            throw new IllegalArgumentException(bill.model() + ": its price is not written down here");
        }
        return new BigDecimal(prices.get(0))
                .multiply(BigDecimal.valueOf(bill.input() - bill.cached()))
                .add(new BigDecimal(prices.get(1)).multiply(BigDecimal.valueOf(bill.cached())))
                .add(new BigDecimal(prices.get(2)).multiply(BigDecimal.valueOf(bill.output())))
                .movePointLeft(6);
    }

    private List<Bill> bills() throws IOException {
        JsonNode bills = JSON.readTree(send(HttpRequest.newBuilder(uri.resolve("/ledger"))));
        return StreamSupport.stream(bills.spliterator(), false)
                .map(bill -> JSON.treeToValue(bill, Entry.class).bill())
                .toList();
    }

    private String send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() != OK) {
                throw new IOException(response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }

    /** A bill as the server writes it. */
    private record Entry(String model, long input, long cached, long output, boolean whole) {

        Bill bill() {
            return new Bill(model, input, cached, output, whole);
        }
    }
}
