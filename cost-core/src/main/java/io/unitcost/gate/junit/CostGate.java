package io.unitcost.gate.junit;

import io.unitcost.gate.CostAssert.Undecided;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The tests of this class are cases, and what they cost is judged when all of them ran.
 *
 * <pre>{@code
 * @CostGate("support.summarise")
 * class SummariserCostTest {
 *
 *     @ParameterizedTest
 *     @CsvFileSource(resources = "/cases.csv")
 *     void summarises(String caseId, String text, CostMeter meter, CostCase test) {
 *         test.id(caseId);
 *         new Summariser(meter).summarise(text);
 *     }
 *
 *     @CostVerdict
 *     static void verdict(RecordedCosts costs) {
 *         assertThatCost(costs).perDeliveredRequest().isAtMost(usd("0.0004"));
 *         assertThatCost(costs).hasNoUnpricedCalls();
 *     }
 * }
 * }</pre>
 *
 * <p>Tests and verdicts may have these parameters:
 *
 * <ul>
 *   <li>{@link io.unitcost.CostMeter}: the meter of this class, with the pinned prices and the objectives; give it to the interceptors that the
 *       application has in production.
 *   <li>{@link io.unitcost.CostMeter.Builder}: the same before it is built, for what that meter does not know, such as capacity pools; also in a
 *       {@code @BeforeAll} method. Close what you build in an {@code @AfterAll} method.
 *   <li>{@link CostCase}: names the case that runs, for comparing like with like.
 *   <li>{@link RecordedCosts}: what was recorded until then.
 * </ul>
 *
 * <p>Without a {@link CostVerdict} method, a {@link io.unitcost.gate.ReleaseGate} judges against {@link #slo()} and {@link #baseline()}, with what {@link #production()}
 * knows.
 * What was recorded is left in {@link #directory()}, a ledger with the name of the class; kept by a build of the main branch, it is the next baseline.
 *
 * <p>With recorded answers of the provider tokens are exact: no bill, no flicker. Tests of the class run one after the other.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CostGateExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
public @interface CostGate {

    /** The feature that is judged. */
    String value();

    /** The objectives: a resource of the class path, or else a file. May be missing if there is a {@link CostVerdict}. */
    String slo() default "cost-slo.json";

    /** The price table: a resource of the class path, or else a file. The bundled one unless set; pin one, or a new release of the library changes costs. */
    String prices() default "";

    /** The ledger of the release before, a file or a directory; none unless set, and none if it does not exist. */
    String baseline() default "";

    /**
     * A ledger of production, a file or a directory, for what a test cannot know: its idle capacity and support take the place of what is
     * recorded here, and cases count as often as there. None unless set; one that is set has to be there. For the verdict without a method.
     */
    String production() default "";

    /** What becomes of the class when there is not enough to say whether a limit is kept. For the verdict without a method. */
    Undecided undecided() default Undecided.ABORT;

    /** Where the ledger is left. */
    String directory() default "target/ai-cost";
}
