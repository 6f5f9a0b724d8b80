package io.unitcost.samples.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The prompts that were seen, so that what begins alike is cached, as OpenAI does it: from 1,024 tokens on, in blocks of
 * 128. Bounded; the oldest goes first. Thread-safe.
 */
final class PromptCache {

    private static final int BLOCK = 128 * Tokens.CHARACTERS;
    private static final int SMALLEST = 1_024 * Tokens.CHARACTERS;
    private static final int MOST = 100_000;

    private final Set<Long> beginnings = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > MOST;
        }
    });

    /** How many tokens at the beginning of this prompt were the same in an earlier one, and remembers this one. */
    synchronized long tokens(String model, String prompt) {
        long cached = 0;
        long hash = model.hashCode();
        for (int end = BLOCK; end <= prompt.length(); end += BLOCK) {
            for (int i = end - BLOCK; i < end; i++) {
                hash = 31 * hash + prompt.charAt(i);
            }
            if (end >= SMALLEST && !beginnings.add(hash)) {
                cached = end / Tokens.CHARACTERS;
            }
        }
        return cached;
    }
}
