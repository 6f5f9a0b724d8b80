package io.unitcost.samples.model;

import java.util.List;

/**
 * What one answer used, as a provider would bill it. Refused tries have none.
 *
 * @param model as asked for
 * @param input tokens, cached ones included
 * @param cached tokens of the input that were read from the cache
 * @param output tokens
 * @param isWhole whether all of the answer was sent; else the output is what was generated until the connection broke
 */
public record Bill(String model, long input, long cached, long output, boolean isWhole) {

    static Bill embedding(String model, long tokens) {
        return new Bill(model, tokens, 0, 0, true);
    }

    /** The same, when only the first words of the answer were generated. */
    Bill brokenAfter(List<String> words) {
        return new Bill(model, input, cached, Tokens.of(String.join("", words)), false);
    }

    /** The same, when all was generated and not all was sent. */
    Bill broken() {
        return new Bill(model, input, cached, output, false);
    }

    String json() {
        return Json.of(
                "{\"model\":%s,\"input\":%d,\"cached\":%d,\"output\":%d,\"whole\":%b}",
                Json.quoted(model), input, cached, output, isWhole);
    }
}
