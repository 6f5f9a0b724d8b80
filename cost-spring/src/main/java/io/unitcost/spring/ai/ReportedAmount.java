package io.unitcost.spring.ai;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;

/** What a gateway in OpenAI's form says that an answer costs: OpenRouter's {@code usage.cost}, in US dollars. */
final class ReportedAmount {

    private static final int LONGEST = 40;

    private ReportedAmount() {}

    static @Nullable Money of(@Nullable Usage usage) {
        Object more = usage == null ? null : Native.read(usage.getNativeUsage(), "_additionalProperties");
        Object cost = more instanceof Map<?, ?> fields ? fields.get("cost") : null;
        Object ownKey = more instanceof Map<?, ?> fields ? fields.get("is_byok") : null;
        if (cost == null || "true".equals(String.valueOf(ownKey))) {
            return null;
        }
        String amount = cost.toString();
        try {
            return amount.length() > LONGEST ? null : Money.of(new BigDecimal(amount), Money.USD);
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }
}
