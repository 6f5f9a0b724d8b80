package io.unitcost.cli.slo;

import io.unitcost.cli.shell.DataException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Every number in the rules, with its default. An option's name is its name in the templates too, and its description the line at the
 * head of the file that is made. All of them are judgement, none is a law.
 */
final class RuleParameters {

    private static final long SECONDS_PER_DAY = 86_400;

    @Option(
            names = "--fast-burn",
            defaultValue = "6",
            paramLabel = "N",
            description = "Cost over allowance that pages, within the hour")
    BigDecimal fastBurn = BigDecimal.ZERO;

    @Option(
            names = "--slow-burn",
            defaultValue = "1.5",
            paramLabel = "N",
            description = "Cost over allowance that makes a ticket, within hours")
    BigDecimal slowBurn = BigDecimal.ZERO;

    @Option(
            names = "--breach-burn",
            defaultValue = "1",
            paramLabel = "N",
            description = "Cost over allowance that makes a ticket, over days")
    BigDecimal breachBurn = BigDecimal.ZERO;

    @Option(
            names = "--latency-misses",
            defaultValue = "0.05",
            paramLabel = "N",
            description = "Share of requests that may miss the latency budget")
    BigDecimal latencyMisses = BigDecimal.ZERO;

    @Option(
            names = "--latency-burn",
            defaultValue = "2",
            paramLabel = "N",
            description = "How many times that share pages")
    BigDecimal latencyBurn = BigDecimal.ZERO;

    @Option(
            names = "--crossover-growth",
            defaultValue = "0.05",
            paramLabel = "N",
            description = "How far cost may outgrow revenue from week to week")
    BigDecimal crossoverGrowth = BigDecimal.ZERO;

    @Option(
            names = "--forecast-days",
            defaultValue = "14",
            paramLabel = "N",
            description = "Days until a breach that make a ticket")
    BigDecimal forecastDays = BigDecimal.ZERO;

    @Option(
            names = "--forecast-growth",
            defaultValue = "0.02",
            paramLabel = "N",
            description = "Weekly growth below which nothing is forecast")
    BigDecimal forecastGrowth = BigDecimal.ZERO;

    @Option(
            names = "--unpriced-share",
            defaultValue = "0.005",
            paramLabel = "N",
            description = "Unpriced calls a request that make a ticket")
    BigDecimal unpricedShare = BigDecimal.ZERO;

    @Option(
            names = "--min-requests",
            defaultValue = "30",
            paramLabel = "N",
            description = "Requests in the window below which nothing fires")
    BigDecimal minRequests = BigDecimal.ZERO;

    @Option(
            names = "--standard-errors",
            defaultValue = "1.645",
            paramLabel = "N",
            description = "Taken off a mean before it is compared: one-sided 95 %%")
    BigDecimal standardErrors = BigDecimal.ZERO;

    @Option(
            names = "--short-window",
            defaultValue = "5m",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Still so now, for pages")
    Span shortWindow = new Span(1);

    @Option(
            names = "--slow-short-window",
            defaultValue = "30m",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Still so now, for tickets")
    Span slowShortWindow = new Span(1);

    @Option(
            names = "--fast-window",
            defaultValue = "1h",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Of pages")
    Span fastWindow = new Span(1);

    @Option(
            names = "--slow-window",
            defaultValue = "6h",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Of the slow burn")
    Span slowWindow = new Span(1);

    @Option(
            names = "--day-window",
            defaultValue = "1d",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Current, for trends")
    Span dayWindow = new Span(1);

    @Option(
            names = "--breach-window",
            defaultValue = "3d",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Of the breach")
    Span breachWindow = new Span(1);

    @Option(
            names = "--week-window",
            defaultValue = "7d",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Sustained, for trends, and how far back they look")
    Span weekWindow = new Span(1);

    @Option(
            names = "--slo-window",
            defaultValue = "28d",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Over which the objective is to hold")
    Span sloWindow = new Span(1);

    @Option(
            names = "--underwater-for",
            defaultValue = "10m",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "How long at a loss, or with nothing delivered")
    Span underwaterFor = new Span(1);

    @Option(
            names = "--breach-for",
            defaultValue = "1h",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "How long in breach")
    Span breachFor = new Span(1);

    @Option(
            names = "--crossover-for",
            defaultValue = "6h",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "How long outgrown")
    Span crossoverFor = new Span(1);

    @Option(
            names = "--forecast-for",
            defaultValue = "6h",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "How long forecast")
    Span forecastFor = new Span(1);

    @Option(
            names = "--missing-for",
            defaultValue = "15m",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "How long requests have no cost, or no meters are scraped")
    Span missingFor = new Span(1);

    @Option(
            names = "--unpriced-for",
            defaultValue = "15m",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "How long unpriced")
    Span unpricedFor = new Span(1);

    @Option(
            names = "--interval",
            defaultValue = "1m",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Evaluation of rates and burns; as long as a scrape, or longer")
    Span interval = new Span(1);

    @Option(
            names = "--trend-interval",
            defaultValue = "5m",
            paramLabel = "SPAN",
            converter = Span.Converter.class,
            description = "Evaluation of what takes days")
    Span trendInterval = new Span(1);

    @Spec(Spec.Target.SELF)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec self;

    /** Refuses what would make rules that mean nothing. */
    void check() {
        for (OptionSpec option : self.options()) {
            if (option.getValue() instanceof BigDecimal number && number.signum() <= 0) {
                throw new DataException(option.longestName() + ": " + number + " is not above zero; the default is "
                        + option.defaultValue());
            }
        }
        List<Span> windows = List.of(
                shortWindow, slowShortWindow, fastWindow, slowWindow, dayWindow, breachWindow, weekWindow, sloWindow);
        for (int i = 1; i < windows.size(); i++) {
            if (windows.get(i).compareTo(windows.get(i - 1)) <= 0) {
                throw new DataException(
                        "windows: " + windows.stream().map(Span::toString).collect(Collectors.joining(", "))
                                + " do not grow; order them as --short-window, --slow-short-window, --fast-window, --slow-window,"
                                + " --day-window, --breach-window, --week-window, --slo-window");
            }
        }
        if (interval.compareTo(shortWindow) >= 0) {
            throw new DataException("--interval: " + interval + " is not below --short-window " + shortWindow
                    + "; a rate needs more than one sample");
        }
    }

    /** By placeholder. */
    Map<String, String> placeholders() {
        Map<String, String> values = new LinkedHashMap<>();
        for (OptionSpec option : self.options()) {
            values.put(option.longestName().substring(2), text(option));
        }
        values.put("interval-seconds", String.valueOf(interval.seconds()));
        values.put(
                "week-days",
                BigDecimal.valueOf(weekWindow.seconds())
                        .divide(BigDecimal.valueOf(SECONDS_PER_DAY), MathContext.DECIMAL32)
                        .stripTrailingZeros()
                        .toPlainString());
        values.put(
                "parameters",
                self.options().stream()
                        .map(option -> String.format(
                                Locale.ROOT,
                                "#   %-20s %-6s %s",
                                option.longestName(),
                                text(option),
                                String.join(" ", option.description()).replace("%%", "%")))
                        .collect(Collectors.joining("\n")));
        return values;
    }

    private static String text(OptionSpec option) {
        Object value = option.getValue();
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }
}
