package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.Times;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What one request used, when, and how it was served. */
final class WorkloadOption {

    private static final String COUNT = "COUNT";

    @Option(
            names = {"-i", "--input"},
            paramLabel = COUNT,
            converter = Numbers.Count.class,
            description = "Input tokens, the cached ones included: 1200, 250k, 1.5M.")
    private @Nullable BigDecimal input;

    @Option(
            names = {"-o", "--output"},
            paramLabel = COUNT,
            converter = Numbers.Count.class,
            description = "Output tokens, reasoning included.")
    private @Nullable BigDecimal output;

    @Option(
            names = {"-c", "--cached"},
            paramLabel = COUNT,
            converter = Numbers.Count.class,
            description = "How many of the input tokens were read from a cache.")
    private @Nullable BigDecimal cached;

    @Option(
            names = "--cache-write",
            paramLabel = COUNT,
            converter = Numbers.Count.class,
            description = "How many of the input tokens were written to a cache.")
    private @Nullable BigDecimal cacheWrite;

    @Option(
            names = "--reasoning",
            paramLabel = COUNT,
            converter = Numbers.Count.class,
            description = "How many of the output tokens were reasoning.")
    private @Nullable BigDecimal reasoning;

    @Option(
            names = {"-u", "--unit"},
            paramLabel = "NAME=COUNT",
            converter = {UnitName.class, Numbers.Count.class},
            description =
                    "Anything else, as price files name it: web_searches=2, audio_seconds=61.5; as often as needed.")
    private Map<Unit, BigDecimal> units = new LinkedHashMap<>();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = Times.class,
            description = "When: a day (UTC) or an instant, past or future; now unless given.")
    private @Nullable Instant at;

    @Option(names = "--tier", paramLabel = "TIER", description = "The service tier: batch, flex, priority...")
    private @Nullable String tier;

    @Option(names = "--region", paramLabel = "REGION", description = "The region that served, where prices know it.")
    private @Nullable String region;

    boolean isEmpty() {
        return usage().isEmpty();
    }

    Usage usage() {
        Usage.Builder usage = Usage.builder();
        set(usage, "--input", Unit.INPUT_TOKENS, input);
        set(usage, "--output", Unit.OUTPUT_TOKENS, output);
        set(usage, "--cached", Unit.CACHE_READ_TOKENS, cached);
        set(usage, "--cache-write", Unit.CACHE_WRITE_TOKENS, cacheWrite);
        set(usage, "--reasoning", Unit.REASONING_TOKENS, reasoning);
        units.forEach((unit, count) -> set(usage, "--unit " + unit, unit, count));
        return usage.build();
    }

    private static void set(Usage.Builder usage, String option, Unit unit, @Nullable BigDecimal count) {
        if (count != null) {
            if (count.stripTrailingZeros().scale() > unit.decimals()) {
                throw new DataException(option + ": " + Numbers.plain(count) + " is not a count of " + unit + "; give "
                        + (unit.decimals() == 0 ? "a whole number" : "at most nine decimals"));
            }
            usage.set(unit, count);
        }
    }

    Instant at(Clock clock) {
        return at == null ? clock.instant() : at;
    }

    @Nullable
    String tier() {
        return tier;
    }

    @Nullable
    String region() {
        return region;
    }

    static final class UnitName implements ITypeConverter<Unit> {
        @Override
        public Unit convert(String name) {
            try {
                return Unit.of(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
