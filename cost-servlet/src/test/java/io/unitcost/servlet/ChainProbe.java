package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.RequestMeter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A filter that sees what the rest of the chain threw, and whether it kept a scope on the thread. */
final class ChainProbe implements Filter {

    /** What is current where nothing is, as on the thread that starts the tests: one object, whatever the thread. */
    static final RequestMeter NONE = RequestMeter.current();

    final BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    private final Queue<String> keptScopes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger passes = new AtomicInteger();

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        passes.incrementAndGet();
        RequestMeter before = RequestMeter.current();
        try {
            chain.doFilter(request, response);
        } catch (Throwable failure) {
            thrown.add(failure);
            throw failure;
        } finally {
            if (RequestMeter.current() != before) {
                keptScopes.add(request.getDispatcherType() + " on " + Thread.currentThread());
            }
        }
    }

    void assertNoScopeLeft() {
        assertThat(passes).as("passes that were checked").hasPositiveValue();
        assertThat(keptScopes).isEmpty();
    }
}
