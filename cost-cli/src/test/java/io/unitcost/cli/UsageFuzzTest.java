package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.price.PriceTable;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever an answer is, it is answered and explained, and the same in pieces of every size. */
class UsageFuzzTest {

    private static final int CASES = Boolean.getBoolean("unitcost.long") ? 200_000 : 3_000;

    private static final List<String> ANSWERS = List.of(
            "{'id':'c','model':'gpt-4o','service_tier':'flex','choices':[{'message':{'content':'Hi \\u4e2d'},'finish_reason':'stop'}],'usage':{'prompt_tokens':12,'completion_tokens':3,'prompt_tokens_details':{'cached_tokens':4},'cost':0.0015,'is_byok':false}}",
            "data: {'type':'message_start','message':{'id':'m','model':'claude-sonnet-4-5','usage':{'input_tokens':25,'cache_read_input_tokens':5,'output_tokens':1}}}\n\ndata: {'type':'content_block_delta','delta':{'text':'Hi there.'}}\n\ndata: {'type':'message_delta','usage':{'output_tokens':15}}\n\ndata: {'type':'message_stop'}\n\n",
            "[{'modelVersion':'gemini-2.5-pro','usageMetadata':{'promptTokenCount':10,'promptTokensDetails':[{'modality':'AUDIO','tokenCount':4}],'candidatesTokenCount':4,'thoughtsTokenCount':6,'trafficType':'ON_DEMAND_FLEX'}}]",
            "{'model':'llama3.2','message':{'content':'Hi'},'done':false}\n{'model':'llama3.2','done':true,'prompt_eval_count':26,'eval_count':298}\n",
            "{'type':'message','model':'claude-sonnet-5','usage':{'input_tokens':20,'output_tokens':3,'iterations':[{'model':'claude-opus-4-8','input_tokens':25,'output_tokens':2}]}}");

    private static final List<String> PIECES = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "-",
            "\\",
            "\n\n",
            "1e400",
            "1e-999999999",
            "null",
            "\"x\"",
            "0",
            "\u0000",
            "é");

    private final SplittableRandom random = new SplittableRandom(20261121);

    @Test
    void everyAnswerIsAnsweredAndExplained() {
        TokenEstimator estimator = TokenEstimator.byScript();
        int[] codes = new int[3];
        for (int i = 0; i < CASES; i++) {
            StringBuilder mutated =
                    new StringBuilder(ANSWERS.get(i % ANSWERS.size()).replace('\'', '"'));
            for (int mutations = random.nextInt(4); mutations > 0; mutations--) {
                mutate(mutated);
            }
            String answer = mutated.toString();
            String line = Json.write(Map.of("id", "1", "sse", answer));
            JsonLines.Answer whole = new UsageLines(Integer.MAX_VALUE, null).answer(line);
            assertThat(whole.json()).as(answer).doesNotContain("\"error\"", "\n");
            assertThat(new UsageLines(1 + random.nextInt(9), null).answer(line))
                    .as(answer)
                    .isEqualTo(whole);
            codes[whole.code()]++;
            assertThat(explained(answer, (i & 1) == 0 ? estimator : null))
                    .as(answer)
                    .contains("quality");
        }
        // known and not known came up often, and all could be read
        assertThat(codes[ExitCode.OK]).isGreaterThan(CASES / 20);
        assertThat(codes[ExitCode.FOUND]).isGreaterThan(CASES / 20);
        assertThat(codes[ExitCode.WRONG]).isZero();
    }

    private static String explained(String answer, TokenEstimator estimator) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        UsageReport report = UsageLines.read(UsageReader.create(), bytes, bytes.length);
        KnownUsage known = KnownUsage.of(report, estimator);
        AnswerCost cost = AnswerCost.of(
                PriceTable.bundled(), report, known, new AnswerCost.Asked(null, null, null, null, Shell.NOW));
        return new UsageText(SavedAnswer.of(bytes), bytes.length, report, known).explained()
                + CostText.of(PriceTable.bundled(), report, known, cost, true);
    }

    private void mutate(StringBuilder answer) {
        int at = random.nextInt(answer.length() + 1);
        switch (random.nextInt(4)) {
            case 0 -> answer.setLength(at);
            case 1 -> answer.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            case 2 -> {
                int end = Math.min(answer.length(), at + 1 + random.nextInt(8));
                answer.delete(at, end);
            }
            default -> {
                // a value, so that it stays JSON more often
                int colon = answer.indexOf(":", at);
                if (colon > 0) {
                    int end = colon + 1;
                    while (end < answer.length() && ",}]".indexOf(answer.charAt(end)) < 0) {
                        end++;
                    }
                    answer.replace(colon + 1, end, PIECES.get(random.nextInt(PIECES.size())));
                }
            }
        }
    }
}
