package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.util.ConstantThrowable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callbacks in an order, and failures, that cannot be provoked from outside a container. */
class RequestEndTest {

    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder().listener(costs).build();
    private final HttpServletRequest request = mock(HttpServletRequest.class);
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final AsyncContext context = mock(AsyncContext.class);
    private final AsyncEvent event = new AsyncEvent(context);
    private final RequestEnd end =
            new RequestEnd(meter, meter.open("chat"), response, Ending::outcome, Announcement.NONE, null);

    @BeforeEach
    void aRequestThatSucceeds() {
        when(request.startAsync()).thenReturn(context);
        when(response.getStatus()).thenReturn(200);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        meter.close();
        costs.assertNothingLeft();
    }

    @Test
    void anErrorAfterACommittedResponseHasFailedAtCompletion() {
        end.onError(event);
        costs.assertNothingLeft();
        end.onComplete(event);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aTimeoutAfterACommittedResponseHasFailedAtCompletion() {
        end.onTimeout(event);
        costs.assertNothingLeft();
        end.onComplete(event);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
    }

    /** Jetty gives a body up when its client resets it, and also before it makes an error page. */
    @Test
    void aBodyThatWasGivenUpIsTheClientsDoingUnlessThereWasAnErrorBefore() {
        end.thrown(new IOException(new ConstantThrowable("Unconsumed")));
        end.returned();
        assertThat(costs.take().outcome()).isEqualTo(Outcome.CANCELLED);
        RequestEnd sent = new RequestEnd(meter, meter.open("chat"), response, Ending::outcome, Announcement.NONE, null);
        sent.errorSent();
        sent.thrown(new IOException(new ConstantThrowable("Unconsumed")));
        sent.dispatchReturned();
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
        RequestEnd failed =
                new RequestEnd(meter, meter.open("chat"), response, Ending::outcome, Announcement.NONE, null);
        failed.thrown(new IllegalStateException("provoked"));
        failed.thrown(new IOException(new ConstantThrowable("Unconsumed")));
        failed.dispatchReturned();
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void theFirstEndCounts() {
        end.onComplete(event);
        end.onError(event);
        end.thrown(new IllegalStateException("provoked"));
        end.onComplete(event);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void anAsyncRequestThatWeCannotListenToEndsOnReturn() {
        doThrow(new IllegalStateException("provoked by the container"))
                .when(context)
                .addListener(any(AsyncListener.class));
        assertThat(MeteredRequest.wrap(request, null, end).startAsync()).isSameAs(context);
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(1);
        end.returned();
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void aStatusThatCannotBeReadIsNotADelivery() {
        when(response.getStatus()).thenThrow(new UnsupportedOperationException("provoked"));
        end.onComplete(event);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NullPointerException.class})
    void aRecycledResponseIsNotADelivery(Class<? extends RuntimeException> said) {
        when(response.getStatus()).thenThrow(said);
        end.onComplete(event);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(meter.errors(Site.BOUNDARY)).isZero();
    }

    @Test
    void aWrappedRequestIsNotWrappedAgain() {
        HttpServletRequest once = MeteredRequest.wrap(request, null, end);
        assertThat(once).isNotSameAs(request);
        assertThat(MeteredRequest.wrap(once, null, end)).isSameAs(once);
        HttpServletRequest buried = new HttpServletRequestWrapper(once);
        assertThat(MeteredRequest.wrap(buried, null, end)).isSameAs(buried);
        RequestEnd ofAnotherMeter =
                new RequestEnd(meter, meter.open("other"), response, Ending::outcome, Announcement.NONE, null);
        assertThat(MeteredRequest.wrap(once, null, ofAnotherMeter)).isNotSameAs(once);
        end.returned();
        ofAnotherMeter.returned();
        assertThat(costs.take(2)).hasSize(2);
    }
}
