package io.unitcost.samples.mvc.bikes;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** Asks a model without Spring AI: a few lines of plain HTTP. */
@RestController
class TranslateController {

    private final RestClient models;
    private final String model;

    TranslateController(
            RestClient.Builder builder,
            @Value("${spring.ai.openai.base-url}") String baseUrl,
            @Value("${spring.ai.openai.chat.model}") String model) {
        this.models = builder.baseUrl(baseUrl).build();
        this.model = model;
    }

    @PostMapping("/translate")
    String translate(@RequestBody String text) {
        Translation.Answer answer = models.post()
                .uri("/chat/completions")
                .body(Translation.Request.of(model, text))
                .retrieve()
                .body(Translation.Answer.class);
        return answer == null ? "" : answer.text();
    }
}
