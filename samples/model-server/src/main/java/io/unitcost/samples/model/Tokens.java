package io.unitcost.samples.model;

/**
 * What an answer used.
 *
 * @param input tokens, cached ones included
 * @param cached tokens of the input that were in the cache
 * @param output tokens
 */
record Tokens(long input, long cached, long output) {

    /** How many characters are a token. */
    static final int CHARACTERS = 4;

    /** How many tokens a text is: a quarter of its characters, rounded up. */
    static long of(String text) {
        return (text.length() + CHARACTERS - 1L) / CHARACTERS;
    }

    long total() {
        return input + output;
    }
}
