package io.unitcost.langchain4j;

import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer as the provider sent it, which some modules keep beside what they made of it: it knows of more than tokens in
 * and out, such as caches of an hour, tiers and searches.
 */
final class RawAnswer {

    private static final String USAGE = "\"usage";

    private RawAnswer() {}

    /**
     * What it says; {@code null} if it was not kept or counts nothing.
     *
     * @param metadata of a response of any module
     */
    static @Nullable UsageReport read(Object metadata, String provider) {
        UsageReader reader = UsageReader.of(provider);
        String body = Getters.text(Getters.get(metadata, "rawHttpResponse"), "body");
        if (body != null && body.contains(USAGE)) {
            feed(reader, body);
        } else if (Getters.get(metadata, "rawServerSentEvents") instanceof List<?> events) {
            events.forEach(event -> feedEvent(reader, event));
        }
        UsageReport report = reader.report();
        return report.hasUsage() ? report : null;
    }

    /** Of a long stream, what counts: each look takes time. */
    private static void feedEvent(UsageReader reader, Object event) {
        String data = Getters.text(event, "data");
        if (data != null && data.contains(USAGE)) {
            feed(reader, "data: " + data.replace("\n", "\ndata: ") + "\n\n");
        }
    }

    private static void feed(UsageReader reader, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        reader.read(bytes, 0, bytes.length);
    }
}
