package io.unitcost.servlet;

import org.junit.jupiter.api.Nested;

class JettyCostFilterTest {

    @Nested
    class AnyRequest extends CostFilterContract {
        AnyRequest() {
            super(new JettyContainer());
        }
    }

    @Nested
    class AsyncRequest extends CostFilterAsyncContract {
        AsyncRequest() {
            super(new JettyContainer());
        }
    }
}
