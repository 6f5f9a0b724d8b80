package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no container does on demand. */
class CostFilterTest {

    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder().listener(costs).build();
    private final CostFilter filter = CostFilter.create(meter, request -> "chat");
    private final HttpServletRequest request = mock(HttpServletRequest.class);
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final FilterChain chain = mock(FilterChain.class);
    private final RequestMeter none = RequestMeter.current();

    @BeforeEach
    void aRequestThatSucceeds() {
        when(request.getDispatcherType()).thenReturn(DispatcherType.REQUEST);
        when(response.getStatus()).thenReturn(200);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        meter.close();
        costs.assertNothingLeft();
        assertThat(RequestMeter.current()).isSameAs(none);
    }

    @Test
    void anythingButHttpPassesThrough() throws Exception {
        ServletRequest other = mock(ServletRequest.class);
        ServletResponse otherResponse = mock(ServletResponse.class);
        RequestMeter[] seen = new RequestMeter[1];
        filter.doFilter(other, otherResponse, (req, res) -> {
            assertThat(req).isSameAs(other);
            assertThat(res).isSameAs(otherResponse);
            seen[0] = RequestMeter.current();
        });
        assertThat(seen[0]).isSameAs(none);
        assertThat(meter.errors(Site.BOUNDARY)).isZero();
    }

    @Test
    void theResponseIsPassedOnInAWrapper() throws Exception {
        filter.doFilter(request, response, (req, res) -> assertThat(((ServletResponseWrapper) res).getResponse())
                .isSameAs(response));
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void aWriterThatHasFailedIsAClientThatIsGone() throws Exception {
        PrintWriter broken = mock(PrintWriter.class);
        when(broken.checkError()).thenReturn(true);
        when(response.getWriter()).thenReturn(broken);
        filter.doFilter(
                request, response, (req, res) -> assertThat(res.getWriter().checkError())
                        .isTrue());
        assertThat(costs.take().outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void anErrorReachesTheCallerUnchanged() throws Exception {
        StackOverflowError failure = new StackOverflowError("provoked");
        doThrow(failure).when(chain).doFilter(any(), any());
        assertThatThrownBy(() -> filter.doFilter(request, response, chain)).isSameAs(failure);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(meter.errors(Site.BOUNDARY)).isZero();
    }

    @Test
    void anAttributeListenerFailureDoesNotReachTheCaller() throws Exception {
        doThrow(new IllegalStateException("provoked by an attribute listener"))
                .when(request)
                .setAttribute(any(), any());
        filter.doFilter(request, response, (req, res) -> assertThat(
                        RequestMeter.current().isOpen())
                .isTrue());
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(1);
    }

    @Test
    void aRequestThatCannotBeAskedGoesOnWithoutAnAccount() throws Exception {
        when(request.getAttribute(any())).thenThrow(new IllegalStateException("provoked by a recycled request"));
        filter.doFilter(request, response, (req, res) -> {
            assertThat(req).isSameAs(request);
            res.setContentLength(1);
        });
        verify(response).setContentLength(1);
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(1);
    }

    @Test
    void anAttributeOfAnotherApplicationIsNotOurs() throws Exception {
        // the same class from another class loader, after a forward to another application
        when(request.getAttribute(any())).thenReturn("not a RequestEnd");
        filter.doFilter(request, response, chain);
        assertThat(costs.take().feature()).isEqualTo("chat");
    }

    @Test
    void refusesNull() {
        assertThatThrownBy(() -> CostFilter.create(null, req -> "chat")).hasMessageContaining("meter");
        assertThatThrownBy(() -> CostFilter.create(meter, null)).hasMessageContaining("feature");
    }
}
