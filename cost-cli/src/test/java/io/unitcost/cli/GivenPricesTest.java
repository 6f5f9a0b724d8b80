package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices that come with a line, in the units of their formats; the arithmetic stands above each. */
class GivenPricesTest {

    private static final String TOKENS = ",'usage':{'input_tokens':1200,'output_tokens':300,'cache_read_tokens':200}";

    private static Map<String, Object> answer(String fields) {
        return Json.object(Shell.piped(("{'model':'m','provider':'p'," + fields + "}").replace('\'', '"'), "prices")
                .out()
                .strip());
    }

    /** 1000 × 2.5 + 200 × 1.25 + 300 × 10 per million. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'prices':{'input_mtok':'2.5','output_mtok':'10','cache_read_mtok':'1.25'}",
                "'prices':{'input_mtok':2.5,'output_mtok':10,'cache_read_mtok':1.25}",
                "'format':'genai-prices','raw_prices':{'input_mtok':2.5,'output_mtok':10,'cache_read_mtok':1.25}",
                "'litellm_model_info':{'input_cost_per_token':2.5e-6,'output_cost_per_token':'0.00001','cache_read_input_token_cost':1.25E-06}",
                "'format':'litellm','raw_prices':{'input_cost_per_token':2.5e-6,'output_cost_per_token':1e-05,'cache_read_input_token_cost':1.25e-06}",
                "'format':'models.dev','raw_prices':{'input':2.5,'output':10,'cache_read':1.25}",
                "'format':'openrouter','raw_prices':{'prompt':'0.0000025','completion':'0.00001','input_cache_read':'0.00000125','request':'0','internal_reasoning':'0'}",
                "'format':'portkey','raw_prices':{'request_token':{'price':0.00025},'response_token':{'price':0.001},'cache_read_input_token':{'price':0.000125}}",
                "'format':'portkey','raw_prices':{'pricing_config':{'pay_as_you_go':{'request_token':{'price':0.00025},'response_token':{'price':0.001},'cache_read_input_token':{'price':0.000125}},'currency':'USD'}}",
                "'format':'unitcost-prices/1','raw_prices':{'rates':{'input_tokens':'2.5 per 1M','output_tokens':'10 per 1M','cache_read_tokens':'1.25 per 1M'}}"
            })
    void readsEachFormatInItsOwnUnit(String fields) {
        Map<String, Object> answer = answer(fields + TOKENS);
        assertThat(answer.get("usd")).isEqualTo("0.00575");
        assertThat(answer).doesNotContainKey("price_table");
        assertThat(answer.get("source")).asString().containsAnyOf("prices", "litellm_model_info");
    }

    /** The rates that a caller gives are used to the last digit, also where a double left them behind. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'prices':{'input_mtok':0.18000000000000002}",
                "'prices':{'input_mtok':'0.18000000000000002'}",
                "'litellm_model_info':{'input_cost_per_token':1.8000000000000002e-7}",
                "'format':'openrouter','raw_prices':{'prompt':'0.00000018000000000000002'}"
            })
    void takesEveryDigitForMeant(String fields) {
        assertThat(answer(fields + ",'usage':{'input_tokens':1000000}").get("usd"))
                .isEqualTo("0.18000000000000002");
    }

    @Test
    void aDiscountComesFirstThenTheMarginThenTheFee() {
        // 0.1 × 0.95 × 1.1 + 0.002
        Map<String, Object> answer = answer(
                "'prices':{'base_usd':'0.1','discount_fraction':'0.05','margin_fraction':'0.1','margin_fixed_usd':'0.002'},'usage':null");
        assertThat(answer.get("usd")).isEqualTo("0.1065");
        assertThat(answer.get("list_usd")).isEqualTo("0.1");
    }

    @ParameterizedTest
    @CsvSource({"100000,10", "150000,12.5", "500000,30", "600000,35"})
    void slicesPayTheirOwnRateAndTheLastOneGoesOn(long tokens, String usd) {
        // 100 per million for the first 100,000, 50 beyond
        assertThat(answer(
                                "'prices':{'mode':'graduated','ranges':[[0,100000,'100'],[100000,500000,'50']]},'usage':{'input_tokens':"
                                        + tokens + "}")
                        .get("usd"))
                .isEqualTo(usd);
    }

    @Test
    void severalModelsOfOneAnswerAreAddedUp() {
        // (1128 + 1262) × 2 + 121 × 10 + 2518 × 5 + 22 × 25 per million
        Map<String, Object> answer =
                answer("'prices':{'a':{'input_mtok':'2','output_mtok':'10'},'b':{'input_mtok':'5','output_mtok':'25'}},"
                        + "'usage':{'iterations':[{'model':'a','input_tokens':1128,'output_tokens':110},"
                        + "{'type':'advisor','model':'b','input_tokens':2518,'output_tokens':22},"
                        + "{'model':'a','input_tokens':1262,'output_tokens':11}]}");
        assertThat(answer.get("usd")).isEqualTo("0.01913");
        assertThat(answer.get("entry")).isEqualTo("p/a; p/b");
        assertThat(answer("'prices':{'a':{'input_mtok':'2'}},'usage':{'iterations':[{'model':'c','input_tokens':1}]}")
                        .get("detail"))
                .isEqualTo("the prices of the line have no entry for 'c'");
    }

    @Test
    void aUnitThatTheCardOfTheLineDoesNotNameIsNotChargedButSaid() {
        Map<String, Object> answer =
                answer("'prices':{'output_mtok':'1'},'usage':{'input_tokens':100,'output_tokens':10000}");
        assertThat(answer.get("usd")).isEqualTo("0.01");
        assertThat(answer.get("unpriced_units")).hasToString("[input_tokens]");
    }

    @Test
    void aPriceKeyThatNobodyKnowsIsAnErrorAndNotFree() {
        assertThat(answer("'prices':{'input_mtok':'1','outptu_mtok':'1'},'usage':{'input_tokens':1}")
                        .get("error"))
                .asString()
                .contains("outptu_mtok");
        assertThat(answer("'format':'models.dev','raw_prices':{'input':1,'outptu':1},'usage':{'input_tokens':1}")
                        .get("error"))
                .asString()
                .contains("outptu");
    }

    @Test
    void whatIsBillableIsBilled() {
        // ten seconds at 0.111 an hour, whatever was used
        assertThat(answer(
                                "'prices':{'audio_hours':'0.111'},'usage':{'audio_seconds':7},'billable_usage':{'audio_seconds':10}")
                        .get("usd"))
                .asString()
                .startsWith("0.000308333333333333333333333333");
    }

    @Test
    void langfuseCountsExcludeEachOtherAndTheirSumsChooseTheTier() {
        String card =
                "'format':'langfuse','raw_prices':{'tiers':[{'default':true,'prices':{'input':3e-6,'input_cached_tokens':3e-7,'output':1.5e-5}},"
                        + "{'priority':1,'conditions':[{'usageDetailPattern':'^INPUT','operator':'gt','value':200000}],'prices':{'input':6e-6,'input_cached_tokens':6e-7,'output':2.25e-5}}]}";
        // 150000 × 3 + 50000 × 0.3 + 1000 × 15 per million
        assertThat(answer(card + ",'usage':{'input':150000,'input_cached_tokens':50000,'output':1000}")
                        .get("usd"))
                .isEqualTo("0.48");
        // 150001 × 6 + 50000 × 0.6 + 1000 × 22.5 per million
        assertThat(answer(card + ",'usage':{'input':150001,'input_cached_tokens':50000,'output':1000}")
                        .get("usd"))
                .isEqualTo("0.952506");
        assertThat(answer("'format':'langfuse','raw_prices':{'input':'0.000003'},'usage':{'input':10}")
                        .get("usd"))
                .isEqualTo("0.00003");
    }

    @Test
    void portkeyImagesAndCallsAreInCentsToo() {
        // two images at 8 cents, one search at 1 cent, of ten tokens thought at 0.001 cents each
        assertThat(answer(
                                "'format':'portkey','raw_prices':{'image':{'default':{'1024x1024':{'price':4}},'hd':{'1024x1024':{'price':8}}},"
                                        + "'additional_units':{'web_search':{'price':1},'thinking_token':{'price':0.001}}},"
                                        + "'usage':{'output_images/hd/1024x1024':2,'web_searches':1,'output_reasoning_tokens':10}")
                        .get("usd"))
                .isEqualTo("0.1701");
    }

    @Test
    void openRoutersPriceThatDependsIsNoPrice() {
        assertThat(answer(
                                "'format':'openrouter','raw_prices':{'prompt':'-1','completion':'-1'},'usage':{'input_tokens':1}")
                        .get("unpriced"))
                .isEqualTo("NO_PRICE");
        // 1000 × 2 per million, half off
        assertThat(answer(
                                "'format':'openrouter','raw_prices':{'prompt':'0.000002','completion':'0','discount':0.5},'usage':{'input_tokens':1000}")
                        .get("usd"))
                .isEqualTo("0.001");
    }
}
