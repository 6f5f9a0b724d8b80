package io.unitcost.spring;

import io.unitcost.price.PriceLint;
import io.unitcost.price.PriceTable;
import io.unitcost.price.PriceTableException;
import io.unitcost.price.Unit;
import io.unitcost.price.source.PriceSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prices as {@code unitcost.prices.*} says. */
final class PriceSettings {

    private static final String PREFIX = "unitcost.prices.";
    private static final String RATE_FORM = "write an amount and what it is for, such as \"2.50 per 1M\"";

    private final UnitcostProperties.Prices prices;

    PriceSettings(UnitcostProperties.Prices prices) {
        this.prices = prices;
    }

    PriceSources sources() {
        PriceSources.Builder sources = PriceSources.builder().bundled(prices.bundled());
        Settings.set(
                PREFIX + "check-files-every",
                prices.checkFilesEvery(),
                sources::checkFilesEvery,
                "give a time above zero, such as 10s");
        PriceTable overrides = overrides();
        if (overrides != null) {
            sources.override(overrides);
        }
        for (int i = 0; i < prices.files().size(); i++) {
            Path file = prices.files().get(i);
            requireReadable(PREFIX + "files[" + i + "]", file);
            sources.file(file);
        }
        remote(sources);
        try {
            return sources.build();
        } catch (IllegalArgumentException e) {
            if (prices.remote().url() != null && Settings.reason(e).contains("remote list")) {
                throw new InvalidSettingException(
                        PREFIX + "remote.url",
                        prices.remote().url(),
                        Settings.reason(e),
                        "give an https address, or allow another one with " + PREFIX + "remote.allow-plain-http",
                        e);
            }
            throw new InvalidSettingException(
                    PREFIX + "bundled",
                    prices.bundled(),
                    Settings.reason(e),
                    "leave the bundled table in, or give a file",
                    e);
        }
    }

    private void remote(PriceSources.Builder sources) {
        UnitcostProperties.Remote remote = prices.remote();
        if (remote.url() == null) {
            return;
        }
        sources.remote(remote.url()).remoteHeaders(() -> remote.headers());
        String in = PREFIX + "remote.";
        Settings.set(in + "every", remote.every(), sources::remoteEvery, "give a time above zero, such as 6h");
        Settings.set(in + "timeout", remote.timeout(), sources::remoteTimeout, "give a time above zero, such as 20s");
        Settings.set(
                in + "max-size",
                remote.maxSize(),
                size -> sources.remoteMaxBytes(Math.toIntExact(size.toBytes())),
                "give a size from 1B to below 2GB, such as 16MB");
        if (remote.allowPlainHttp()) {
            sources.allowPlainHttp();
        }
    }

    /** Reads it once more than needed, so that a file is refused by the name of its property. */
    private static void requireReadable(String property, Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new InvalidSettingException(
                    property,
                    file,
                    "there is no file that can be read at " + file.toAbsolutePath(),
                    "give the path of a price file, relative to where the application is started or absolute");
        }
        try {
            PriceTable table = PriceTable.read(file);
            refuseErrors(property, file, table);
        } catch (PriceTableException e) {
            throw new InvalidSettingException(
                    property, file, Settings.reason(e), "correct the file; docs/prices.md has the format", e);
        }
    }

    private static void refuseErrors(String property, Object value, PriceTable table) {
        List<PriceLint.Finding> findings = PriceLint.check(table);
        findings.stream()
                .filter(finding -> finding.severity() == PriceLint.Severity.ERROR)
                .findFirst()
                .ifPresent(finding -> {
                    throw new InvalidSettingException(
                            property, value, finding.entry() + ": " + finding.what(), finding.remedy());
                });
    }

    private @Nullable PriceTable overrides() {
        if (prices.overrides().isEmpty()) {
            return null;
        }
        PriceTable.Builder table = PriceTable.builder("application");
        for (int i = 0; i < prices.overrides().size(); i++) {
            String property = PREFIX + "overrides[" + i + "]";
            UnitcostProperties.PriceOverride override = prices.overrides().get(i);
            add(table, property, override);
            PriceTable alone =
                    add(PriceTable.builder("application"), property, override).build();
            for (PriceLint.Finding finding : PriceLint.check(alone)) {
                // a number that is only unusual in a public list is a slip where one is written by hand
                throw new InvalidSettingException(
                        rateOf(property, finding, override),
                        valueOf(finding, override),
                        finding.what(),
                        finding.remedy());
            }
        }
        return table.build();
    }

    private static PriceTable.Builder add(
            PriceTable.Builder table, String property, UnitcostProperties.PriceOverride override) {
        String provider =
                Settings.required(property + ".provider", override.provider(), "say who is paid, such as openai");
        String model = Settings.required(property + ".model", override.model(), "say which model, such as gpt-4o-mini");
        if (override.rates().isEmpty()) {
            throw new InvalidSettingException(
                    property + ".rates", null, "there is no rate", "give one, such as input-tokens: \"2.50 per 1M\"");
        }
        return table.model(provider, model, collected -> override.rates().forEach((unit, rate) -> {
            String in = property + ".rates." + unit;
            collected.rate(unit(in, unit), rate(in, rate));
        }));
    }

    private static Unit unit(String property, String name) {
        try {
            return Unit.of(
                    name.startsWith("custom:") ? name : name.replace('-', '_').toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    property, name, Settings.reason(e), "name a unit, such as input-tokens", e);
        }
    }

    private static String rate(String property, String text) {
        try {
            io.unitcost.price.Rate.parse(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(property, text, Settings.reason(e), RATE_FORM, e);
        }
    }

    private static String rateOf(
            String property, PriceLint.Finding finding, UnitcostProperties.PriceOverride override) {
        String unit = unitIn(finding, override);
        return unit == null ? property : property + ".rates." + unit;
    }

    private static Object valueOf(PriceLint.Finding finding, UnitcostProperties.PriceOverride override) {
        String unit = unitIn(finding, override);
        return unit == null ? override.rates() : String.valueOf(override.rates().get(unit));
    }

    private static @Nullable String unitIn(PriceLint.Finding finding, UnitcostProperties.PriceOverride override) {
        for (Map.Entry<String, String> rate : override.rates().entrySet()) {
            if (finding.entry().endsWith("." + rate.getKey().replace('-', '_'))) {
                return rate.getKey();
            }
        }
        return null;
    }
}
