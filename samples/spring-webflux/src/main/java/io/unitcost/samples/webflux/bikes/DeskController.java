package io.unitcost.samples.webflux.bikes;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

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

    /** The store blocks, so that it is asked on a thread that may. */
    @PostMapping("/ask")
    Mono<String> ask(@RequestBody String question) {
        return Mono.fromCallable(() -> handbook.pagesFor(question))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMapMany(pages -> chat
                        .prompt()
                        .system("Answer in at most two sentences, from these pages.\n\n" + pages)
                        .user(question)
                        .stream()
                        .content())
                .collect(Collectors.joining());
    }

    @PostMapping("/tools")
    Mono<String> tools(@RequestBody String question) {
        return chat.prompt(question).tools(till).stream().content().collect(Collectors.joining());
    }

    /** This call blocks, too: there is no other one for records. */
    @PostMapping("/summarize")
    Mono<Summary> summarize(@RequestBody String letter) {
        return Mono.fromCallable(() -> chat.prompt("Summarize this letter.\n\n" + letter)
                        .call()
                        .entity(Summary.class, entity -> entity.useProviderStructuredOutput()
                                .validateSchema()))
                .subscribeOn(Schedulers.boundedElastic());
    }
}
