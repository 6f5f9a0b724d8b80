package io.unitcost.servlet;

import org.junit.jupiter.api.Nested;

class TomcatCostFilterTest {

    @Nested
    class AnyRequest extends CostFilterContract {
        AnyRequest() {
            super(new TomcatContainer());
        }
    }

    @Nested
    class AsyncRequest extends CostFilterAsyncContract {
        AsyncRequest() {
            super(new TomcatContainer());
        }
    }
}
