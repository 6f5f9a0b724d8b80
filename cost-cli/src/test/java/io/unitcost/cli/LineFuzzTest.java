package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.Json;
import io.unitcost.price.PriceTable;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever a line says, it is answered: with a price, with why there is none, or with what is wrong about it. */
class LineFuzzTest {

    private static final int CASES = Boolean.getBoolean("unitcost.long") ? 200_000 : 10_000;

    private static final List<String> LINES = List.of(
            "{'id':1,'provider':'openai','model':'gpt-4o','at':'2026-09-24T12:00:00Z','tier':'batch','region':'eu','usage':{'input_tokens':1200,'output_tokens':300,'cache_read_tokens':4}}",
            "{'id':2,'model':'m','prices':{'input_mtok':{'base':'3','tiers':[{'start':200000,'inclusive':false,'price':'6'}]},'output_mtok':15},'usage':{'input_tokens':250000,'output_tokens':1}}",
            "{'id':3,'litellm_model_info':{'input_cost_per_token':1e-6,'output_cost_per_token':'2e-6','tiered_pricing':[{'range':[0,100],'input_cost_per_token':1e-7}],'off_peak_pricing':{'hours_utc':'16:30-00:30','input_cost_per_token':5e-7}},'raw_usage':{'prompt_tokens':768,'completion_tokens':0,'prompt_tokens_details':{'image_count':1}},'options':{'service_tier':'flex'},'usage':{'input_tokens':768}}",
            "{'id':4,'format':'langfuse','raw_prices':{'tiers':[{'default':true,'prices':{'input':3e-6}},{'conditions':[{'usageDetailPattern':'input','operator':'gt','value':200000}],'prices':{'input':6e-6}}]},'usage':{'input':150000}}",
            "{'id':5,'format':'portkey','raw_prices':{'pay_as_you_go':{'request_token':{'price':0.00025},'image':{'hd':{'default':{'price':4}}},'additional_units':{'web_search':{'price':1}}}},'usage':{'input_tokens':1,'web_searches':1}}",
            "{'id':6,'format':'openrouter','raw_prices':{'prompt':'0.000001','completion':'0.000002','discount':0.1},'usage':{'input_tokens':1}}",
            "{'id':7,'format':'models.dev','raw_prices':{'input':3,'output':15,'context_over_200k':{'input':6}},'usage':{'input_tokens':1}}",
            "{'id':8,'prices':{'base_usd':'0.1','discount_fraction':'0.05','margin_fraction':null,'margin_fixed_usd':'1'},'usage':null}",
            "{'id':9,'prices':{'mode':'graduated','ranges':[[0,100,'1'],[100,null,'2']]},'usage':{'input_tokens':150}}",
            "{'id':10,'prices':{'a':{'input_mtok':'2'}},'usage':{'iterations':[{'model':'a','input_tokens':5}]}}",
            "{'id':11,'prices':[{'prices':{'input_mtok':1}},{'constraint':{'start_date':'2026-01-01'},'prices':{'input_mtok':2}}],'raw_usage':{'usageMetadata':{'promptTokenCount':5,'promptTokensDetails':[{'modality':'AUDIO','tokenCount':1}]}},'usage':null}");

    private static final List<Object> VALUES = List.of(
            "",
            "x",
            "gpt-4o",
            "0.5",
            "NaN",
            true,
            new BigDecimal("-1"),
            BigDecimal.ZERO,
            new BigDecimal("1e30"),
            new BigDecimal("0.1"),
            new BigDecimal("200000"),
            List.of(),
            List.of("a"),
            Map.of(),
            Map.of("input_mtok", "1"));

    private final SplittableRandom random = new SplittableRandom(20261121);

    @Test
    void everyLineIsAnswered() {
        LinePricer pricer = new LinePricer(PriceTable.bundled(), Clock.fixed(Shell.NOW, ZoneOffset.UTC));
        int[] kinds = new int[3];
        for (int i = 0; i < CASES; i++) {
            Map<String, Object> line = Json.object(LINES.get(i % LINES.size()).replace('\'', '"'));
            for (int mutations = random.nextInt(4); mutations > 0; mutations--) {
                mutate(line);
            }
            JsonLines.Answer answer = pricer.answer(Json.write(line));
            Map<String, Object> said = Json.object(answer.json());
            assertThat(said.keySet().stream().filter(List.of("usd", "unpriced", "error")::contains))
                    .as(Json.write(line) + " " + answer.json())
                    .hasSize(1);
            assertThat(answer.json())
                    .as(Json.write(line))
                    .doesNotContain("its own fault")
                    .doesNotContain("\n");
            kinds[answer.code()]++;
            if (said.get("usd") instanceof String usd) {
                assertThat(new BigDecimal(usd)).isNotNegative();
                assertThat(usd).doesNotContain("E");
            }
        }
        // each kind of answer came up often
        assertThat(kinds).matches(counts -> Arrays.stream(counts).allMatch(count -> count > CASES / 20));
    }

    private void mutate(Map<String, Object> object) {
        List<String> keys = new ArrayList<>(object.keySet());
        if (keys.isEmpty()) {
            return;
        }
        String key = keys.get(random.nextInt(keys.size()));
        Object value = object.get(key);
        switch (random.nextInt(4)) {
            case 0 -> object.remove(key);
            case 1 -> object.put(key, VALUES.get(random.nextInt(VALUES.size())));
            default -> {
                Object inner = value instanceof List<?> list && !list.isEmpty()
                        ? list.get(random.nextInt(list.size()))
                        : value;
                if (inner instanceof LinkedHashMap<?, ?> map) {
                    @SuppressWarnings("unchecked") // Json makes no other maps
                    Map<String, Object> members = (Map<String, Object>) map;
                    mutate(members);
                } else if (value instanceof ArrayList<?> list && !list.isEmpty()) {
                    list.remove(random.nextInt(list.size()));
                } else {
                    object.put(key, VALUES.get(random.nextInt(VALUES.size())));
                }
            }
        }
    }
}
