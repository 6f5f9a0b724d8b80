package io.unitcost.samples.webflux.bikes;

import java.util.stream.Collectors;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers word by word, or in one piece. */
@RestController
class ChatController {

    private final ChatClient chat;
    private final String fallbackModel;

    ChatController(ChatClient chat, @Value("${bikes.fallback-model}") String fallbackModel) {
        this.chat = chat;
        this.fallbackModel = fallbackModel;
    }

    @PostMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> stream(@RequestBody String question) {
        return chat.prompt(question).stream().content();
    }

    /** Asks another model when the first one does not answer. */
    @PostMapping("/chat")
    Mono<String> chat(@RequestBody String question) {
        return stream(question)
                .onErrorResume(noAnswer ->
                        chat.prompt(question).options(ChatOptions.builder().model(fallbackModel)).stream()
                                .content())
                .collect(Collectors.joining());
    }
}
