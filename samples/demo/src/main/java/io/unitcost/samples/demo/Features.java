package io.unitcost.samples.demo;

import java.util.List;

/** The three features of the service; each is served at {@code /NAME}. */
final class Features {

    /** Answers of a small hosted model. */
    static final String CHAT = "chat";

    /** Completions of a larger hosted model; half-way it moves to a dearer one. */
    static final String CODE_ASSIST = "code-assist";

    /** Summaries on GPUs of one's own, with retrieval. */
    static final String SUMMARISE = "summarise";

    static final List<String> ALL = List.of(CHAT, CODE_ASSIST, SUMMARISE);

    private Features() {}
}
