package io.unitcost.samples.webflux.bikes;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Asks a model without Spring AI: a few lines of plain HTTP. */
@RestController
class TranslateController {

    private final WebClient models;
    private final String model;

    TranslateController(
            WebClient.Builder builder,
            @Value("${spring.ai.openai.base-url}") String baseUrl,
            @Value("${spring.ai.openai.chat.model}") String model) {
        this.models = builder.baseUrl(baseUrl).build();
        this.model = model;
    }

    @PostMapping("/translate")
    Mono<String> translate(@RequestBody String text) {
        return models.post()
                .uri("/chat/completions")
                .bodyValue(Translation.Request.of(model, text))
                .retrieve()
                .bodyToMono(Translation.Answer.class)
                .map(Translation.Answer::text);
    }
}
