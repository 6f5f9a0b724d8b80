package io.unitcost.cli.gate;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A share on the command line: {@code 5%} or {@code 0.05}. */
record Share(BigDecimal value) {

    static final class Converter implements ITypeConverter<Share> {
        @Override
        public Share convert(String text) {
            boolean percent = text.strip().endsWith("%");
            String number = percent ? text.strip().substring(0, text.strip().length() - 1) : text;
            try {
                BigDecimal value = new BigDecimal(number.strip());
                return new Share(percent ? value.movePointLeft(2) : value);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is not a share; give one like 5% or 0.05");
            }
        }
    }
}
