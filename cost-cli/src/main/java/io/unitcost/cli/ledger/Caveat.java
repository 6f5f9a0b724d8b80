package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.Numbers;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a repricing cannot know. */
enum Caveat {
    TOKENS {
        @Override
        boolean applies(RepriceReport report) {
            return report.summary().mapped() > report.summary().scaled();
        }

        @Override
        String text(RepriceReport report) {
            return "another model counts and writes other numbers of tokens; the recorded ones are taken."
                    + " --token-ratio in=1.08,out=0.9 states what you know.";
        }
    },
    RATIO {
        @Override
        boolean applies(RepriceReport report) {
            return report.summary().scaled() > 0;
        }

        @Override
        String text(RepriceReport report) {
            String ratios = report.ratio().entrySet().stream()
                    .map(side -> side.getKey() + " " + Numbers.plain(side.getValue()))
                    .collect(Collectors.joining(", "));
            return Numbers.count(BigDecimal.valueOf(report.summary().scaled()))
                    + " calls count with stated token ratios (" + ratios + "), rounded half-even: estimated.";
        }
    },
    CACHE {
        @Override
        boolean applies(RepriceReport report) {
            return report.summary().cached();
        }

        @Override
        String text(RepriceReport report) {
            return "cache hits may not carry over to another model; the recorded ones are taken.";
        }
    },
    LATENCY {
        @Override
        boolean applies(RepriceReport report) {
            return report.summary().mapped() > 0;
        }

        @Override
        String text(RepriceReport report) {
            return "how fast another model answers is not known; latencies are the recorded ones.";
        }
    };

    abstract boolean applies(RepriceReport report);

    abstract String text(RepriceReport report);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
