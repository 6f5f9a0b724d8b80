package io.unitcost.servlet.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter;
import io.unitcost.Scope;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What looks for scopes that were left finds them. */
class LeftScopesTest {

    @Test
    void namesTheThreadUntilItsScopeIsClosed() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "pooled"));
        try (CostMeter meter = CostMeter.builder().build()) {
            Callable<Scope> leave = () -> meter.open("left").makeCurrent();
            Scope left = pool.submit(leave).get();
            assertThat(LeftScopes.now()).containsExactly("pooled");
            pool.submit(left::close).get();
            assertThat(LeftScopes.now()).isEmpty();
        } finally {
            pool.shutdownNow();
        }
    }
}
