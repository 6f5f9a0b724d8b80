package io.unitcost.samples.mvc.bikes;

import java.util.List;

/** OpenAI's format, as far as a translation needs it. */
final class Translation {

    private static final String TASK = "Translate what the user says into Dutch.";

    /** What goes out. */
    record Request(String model, List<Message> messages) {

        static Request of(String model, String text) {
            return new Request(model, List.of(new Message("system", TASK), new Message("user", text)));
        }
    }

    /** What comes back. */
    record Answer(List<Choice> choices) {

        String text() {
            return choices.get(0).message().content();
        }
    }

    record Choice(Message message) {}

    record Message(String role, String content) {}

    private Translation() {}
}
