package io.unitcost.langchain4j;

import io.unitcost.price.Money;
import java.math.BigDecimal;

/**
 * What an answer of the server used, which is what it will bill.
 *
 * @param id of the answer
 * @param input all of it, cached or not
 * @param read of the input, from a cache
 * @param written of the input, to a cache
 * @param output all of it
 * @param reasoning of the output
 */
record Tokens(String id, long input, long read, long written, long output, long reasoning) {

    /** Dollars for a million tokens, down to the last of twelve decimals a token. */
    static final String INPUT = "2.000003";

    static final String READ = "0.500007";
    static final String WRITTEN = "2.500009";
    static final String OUTPUT = "8.000013";

    /** What the server bills, worked out here and by nobody else. */
    Money bill() {
        BigDecimal millionths = BigDecimal.valueOf(input - read - written)
                .multiply(new BigDecimal(INPUT))
                .add(BigDecimal.valueOf(read).multiply(new BigDecimal(READ)))
                .add(BigDecimal.valueOf(written).multiply(new BigDecimal(WRITTEN)))
                .add(BigDecimal.valueOf(output).multiply(new BigDecimal(OUTPUT)));
        return Money.of(millionths.movePointLeft(6), Money.USD);
    }

    String fill(String template) {
        return template.replace("{id}", id)
                .replace("{input}", Long.toString(input))
                .replace("{uncached}", Long.toString(input - read - written))
                .replace("{read}", Long.toString(read))
                .replace("{written}", Long.toString(written))
                .replace("{output}", Long.toString(output))
                .replace("{said}", Long.toString(output - reasoning))
                .replace("{reasoning}", Long.toString(reasoning))
                .replace("{total}", Long.toString(input + output));
    }
}
