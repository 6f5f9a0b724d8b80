package io.unitcost.samples.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A made-up answer: a text, or a call of a tool.
 *
 * @param id another one for each answer
 * @param text empty with a tool
 * @param tool to be called, {@code null} for none
 * @param arguments of the tool, as JSON
 * @param isCut whether the text would have been longer than asked for
 * @param tokens what it used
 */
record Answer(String id, String text, @Nullable Tool tool, String arguments, boolean isCut, Tokens tokens) {

    private static final int QUOTED = 120;

    static Answer to(Asked asked, PromptCache cache) {
        Tool tool = asked.tool();
        String arguments = tool == null ? "" : tool.arguments();
        String whole =
                tool != null ? "" : asked.schema() != null ? Tool.example(asked.schema()) : text(asked.lastText());
        boolean isCut = Tokens.of(whole) > asked.maxTokens();
        String text = isCut ? whole.substring(0, (int) asked.maxTokens() * Tokens.CHARACTERS) : whole;
        Tokens tokens = new Tokens(
                Tokens.of(asked.prompt()),
                cache.tokens(asked.model(), asked.prompt()),
                Tokens.of(tool == null ? text : tool.name() + arguments));
        String id = UUID.randomUUID().toString().replace("-", "");
        return new Answer(id, text, tool, arguments, isCut, tokens);
    }

    private static String text(String lastText) {
        String words = lastText.strip().replaceAll("\\s+", " ");
        String quoted = words.length() <= QUOTED ? words : words.substring(0, QUOTED) + "...";
        return "No model has read this, so here is a made-up answer to: " + quoted;
    }
}
