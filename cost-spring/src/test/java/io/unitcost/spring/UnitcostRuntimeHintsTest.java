package io.unitcost.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;

class UnitcostRuntimeHintsTest {

    @Test
    void aNativeImageHasThePricesAndReadsUsage() throws Exception {
        RuntimeHints hints = new RuntimeHints();
        AotServices.factories().load(RuntimeHintsRegistrar.class).stream()
                .filter(UnitcostRuntimeHints.class::isInstance)
                .forEach(registrar -> registrar.registerHints(hints, getClass().getClassLoader()));

        assertThat(RuntimeHintsPredicates.resource().forResource("io/unitcost/price/prices.json"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.resource().forResource("cost-slo.json"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(
                                Class.forName("com.openai.models.completions.CompletionUsage"), "promptTokens"))
                .accepts(hints);
    }
}
