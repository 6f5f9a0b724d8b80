package io.unitcost.cli.shell;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** When a request was opened: an instant with a zone, or a day, which begins at midnight UTC. */
public final class Times implements ITypeConverter<Instant> {

    private static final int DATE_LENGTH = 10;

    /**
     * The time that a text is.
     *
     * @throws DataException if it is neither
     */
    public static Instant parse(String text) {
        try {
            return text.length() == DATE_LENGTH
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new DataException(
                    "'" + text + "' is not a time; write a day (UTC), 2026-11-01, or an instant, 2026-11-01T16:30:00Z");
        }
    }

    @Override
    public Instant convert(String text) {
        try {
            return parse(text);
        } catch (DataException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
