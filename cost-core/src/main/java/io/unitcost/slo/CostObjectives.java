package io.unitcost.slo;

import io.unitcost.CostObjective;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objectives of features, from a file that an application, its release gate and its alert rules share. Immutable.
 *
 * <pre>{@code
 * {"v":1, "currency":"USD", "features":{
 *   "support.summarise":{"revenuePerRequest":"0.002", "targetMargin":"0.80", "p95Ms":2500, "tolerance":"0.05", "minRequests":100}}}
 * }</pre>
 *
 * <p>Each feature is what {@link CostObjective.Builder} says, under these names: {@code revenuePerRequest}, {@code revenueByAttribute}
 * ({@code {"plan":{"free":"0","pro":"0.004"}}}), {@code targetMargin} or {@code ceilingPerRequest}, {@code p95Ms}, {@code tolerance},
 * {@code minRequests} and {@code windowDays}. Amounts are decimal numbers, in quotes or not. The schema is
 * {@code io/unitcost/slo/cost-slo-1.schema.json}.
 */
public final class CostObjectives {

    private final Currency currency;
    private final TreeMap<String, CostObjective> byFeature = new TreeMap<>();

    CostObjectives(Currency currency, List<CostObjective> objectives) {
        this.currency = currency;
        objectives.forEach(objective -> byFeature.put(objective.feature(), objective));
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it cannot be read, names something unknown or says what cannot be; the message names the file, the
     *     place, the value and the remedy
     */
    public static CostObjectives read(Path file) {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    file + ": cannot be read: it is a directory; name a readable file of objectives");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    file + ": cannot be read: there is no such file; name a readable file of objectives", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": cannot be read: " + e + "; name a readable file of objectives", e);
        }
    }

    /**
     * Reads a stream, and leaves it open.
     *
     * @param source shown in messages
     */
    public static CostObjectives read(InputStream in, String source) {
        return ObjectivesReader.read(in, source);
    }

    /** The currency of every amount. */
    public Currency currency() {
        return currency;
    }

    /** The features that have an objective, sorted. */
    public SortedSet<String> features() {
        return Collections.unmodifiableSortedSet(byFeature.navigableKeySet());
    }

    /** The objective of a feature; {@code null} if it has none. */
    public @Nullable CostObjective find(String feature) {
        return byFeature.get(feature);
    }

    /** All of them, by feature: for {@link io.unitcost.CostMeter.Builder#objective}. */
    public List<CostObjective> objectives() {
        return List.copyOf(new ArrayList<>(byFeature.values()));
    }

    @Override
    public String toString() {
        return "objectives of " + byFeature.keySet() + " in " + currency;
    }
}
