package io.unitcost.samples.model;

import java.util.List;

/** How a provider writes its answers. */
interface Format {

    /** An answer in one piece, as JSON. */
    String body(Asked asked, Answer answer);

    /** An answer as a stream: server-sent events, each with the blank line behind it. */
    List<String> events(Asked asked, Answer answer);

    /** How many events of a stream come before its first word. */
    int leadingEvents();

    /** What a whole answer is billed as. */
    default Bill bill(Asked asked, Answer answer) {
        Tokens tokens = answer.tokens();
        return new Bill(asked.model(), tokens.input(), tokens.cached(), tokens.output(), true);
    }

    /** An error, as JSON. */
    String error(int status, String message);

    static String event(String data) {
        return "data: " + data + "\n\n";
    }

    static String event(String name, String data) {
        return "event: " + name + "\n" + event(data);
    }

    /** What a stream brings one by one: the words of a text, each with the blank behind it. */
    static List<String> words(String text) {
        return List.of(text.split("(?<= )", -1));
    }
}
