package io.unitcost.samples.mvc.bikes;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Answers in one piece, or word by word. */
@RestController
class ChatController {

    private final ChatClient chat;
    private final String fallbackModel;

    ChatController(ChatClient chat, @Value("${bikes.fallback-model}") String fallbackModel) {
        this.chat = chat;
        this.fallbackModel = fallbackModel;
    }

    /** Asks another model when the first one does not answer. */
    @PostMapping("/chat")
    @Nullable
    String chat(@RequestBody String question) {
        try {
            return chat.prompt(question).call().content();
        } catch (RuntimeException noAnswer) {
            return chat.prompt(question)
                    .options(ChatOptions.builder().model(fallbackModel))
                    .call()
                    .content();
        }
    }

    @PostMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> stream(@RequestBody String question) {
        return chat.prompt(question).stream().content();
    }
}
