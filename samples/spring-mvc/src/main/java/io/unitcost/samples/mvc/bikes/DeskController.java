package io.unitcost.samples.mvc.bikes;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What the help desk does: looks things up, asks the till, and writes summaries. */
@RestController
class DeskController {

    /**
     * What a letter is about.
     *
     * @param mood of who wrote it
     */
    record Summary(String title, List<String> points, Mood mood) {}

    /** How a customer feels. */
    enum Mood {
        CONTENT,
        CROSS
    }

    private final ChatClient chat;
    private final Handbook handbook;
    private final Till till;

    DeskController(ChatClient chat, Handbook handbook, Till till) {
        this.chat = chat;
        this.handbook = handbook;
        this.till = till;
    }

    @PostMapping("/ask")
    @Nullable
    String ask(@RequestBody String question) {
        return chat.prompt()
                .system("Answer in at most two sentences, from these pages.\n\n" + handbook.pagesFor(question))
                .user(question)
                .call()
                .content();
    }

    @PostMapping("/tools")
    @Nullable
    String tools(@RequestBody String question) {
        return chat.prompt(question).tools(till).call().content();
    }

    @PostMapping("/summarize")
    @Nullable
    Summary summarize(@RequestBody String letter) {
        return chat.prompt("Summarize this letter.\n\n" + letter)
                .call()
                .entity(Summary.class, entity -> entity.useProviderStructuredOutput()
                        .validateSchema());
    }
}
