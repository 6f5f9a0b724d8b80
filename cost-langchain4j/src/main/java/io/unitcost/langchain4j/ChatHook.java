package io.unitcost.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.unitcost.Attempt;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestMeter;
import io.unitcost.usage.SeenText;
import io.unitcost.usage.UsageReport;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Owns the call of a chat model: begins it where it is asked, ends it where the answer is. */
final class ChatHook implements ChatModelListener {

    private final LangChain4jCosts costs;
    private final Attributes attributes;

    ChatHook(LangChain4jCosts costs) {
        this.costs = costs;
        this.attributes = new Attributes(costs);
    }

    @Override
    public void onRequest(ChatModelRequestContext context) {
        attributes.begin(context.attributes(), () -> {
            OpenCall call = begin(context);
            if (Blocking.isChat()) {
                call.enter();
            }
            return call;
        });
    }

    private OpenCall begin(ChatModelRequestContext context) {
        ChatRequest request = context.chatRequest();
        String model = request.parameters().modelName();
        String provider = costs.providers().of(context.modelProvider(), model);
        Supplier<SeenText> prompt = () -> Texts.of(request.messages(), costs.wantsSample());
        RequestMeter known = costs.followUps().find(request.messages());
        return known == null
                ? OpenCall.begin(costs, null, provider, model, prompt, context.attributes())
                : OpenCall.beginIn(costs, known, provider, model, prompt, context.attributes());
    }

    @Override
    public void onResponse(ChatModelResponseContext context) {
        attributes.end(context.attributes(), call -> {
            ChatResponse response = context.chatResponse();
            if (!call.isEntered()) {
                costs.followUps().expect(response.aiMessage(), call.request());
            }
            call.end(() -> call.isLeftToClient(response.id()) ? null : answer(call, context.chatRequest(), response));
        });
    }

    @Override
    public void onError(ChatModelErrorContext context) {
        attributes.end(context.attributes(), call -> call.end(() -> Ends.failed(costs, call, context.error())));
    }

    private Attempt.Builder answer(OpenCall call, ChatRequest request, ChatResponse response) {
        ChatRequestParameters asked = request.parameters();
        Attempt.Builder attempt = Attempt.of(call.provider(), firstOf(response.modelName(), call.model()))
                .durationNanos(call.nanos())
                .responseId(response.id())
                .serviceTier(tier(
                        firstOf(Getters.text(response.metadata(), "serviceTier"), Getters.text(asked, "serviceTier"))));
        UsageReport raw = raw(response, call.provider());
        if (raw != null) {
            attempt.answer(raw, null, null);
        }
        AiMessage message = response.aiMessage();
        Supplier<SeenText> written =
                () -> message == null ? SeenText.NONE : Texts.of(List.of(message), costs.wantsSample());
        Integer most = asked.maxOutputTokens();
        Ends.used(
                costs,
                call,
                attempt,
                raw == null ? TokenCounts.of(response.tokenUsage()) : raw.usage(),
                written,
                most == null ? Long.MAX_VALUE : Math.max(0, most));
        return attempt;
    }

    private @Nullable UsageReport raw(ChatResponse response, String provider) {
        try {
            return RawAnswer.read(response.metadata(), provider);
        } catch (Throwable failure) {
            costs.meter().reportError(Site.USAGE, failure);
            return null;
        }
    }

    private static @Nullable String tier(@Nullable String tier) {
        return tier == null ? null : tier.toLowerCase(Locale.ROOT);
    }

    private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
        return first == null ? second : first;
    }
}
