package io.unitcost.cli.slo;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What can be written. */
enum ExportFormat {
    PROMETHEUS,
    GRAFANA,
    SLOTH,
    SLOTH_WINDOWS,
    PYRRA,
    OPENSLO;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static final class Converter implements ITypeConverter<ExportFormat> {
        @Override
        public ExportFormat convert(String text) {
            return Arrays.stream(values())
                    .filter(format -> format.label().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is not a format; give one of "
                            + Arrays.stream(values()).map(ExportFormat::label).collect(Collectors.joining(", "))));
        }
    }
}
