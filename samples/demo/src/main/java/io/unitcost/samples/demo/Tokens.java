package io.unitcost.samples.demo;

/**
 * What a model's answers used, added up.
 *
 * @param answers that said what they used
 * @param input tokens, cached ones included
 * @param cached tokens
 * @param output tokens
 * @param silent answers that did not say
 */
record Tokens(long answers, long input, long cached, long output, long silent) {

    static final Tokens NONE = new Tokens(0, 0, 0, 0, 0);
    static final Tokens SILENT = new Tokens(0, 0, 0, 0, 1);

    static Tokens of(long input, long cached, long output) {
        return new Tokens(1, input, cached, output, 0);
    }

    Tokens plus(Tokens other) {
        return new Tokens(
                answers + other.answers,
                input + other.input,
                cached + other.cached,
                output + other.output,
                silent + other.silent);
    }
}
