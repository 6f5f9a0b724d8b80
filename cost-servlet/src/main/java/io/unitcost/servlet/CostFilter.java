package io.unitcost.servlet;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the account of a request when it arrives and closes it once, when the response has ended: on return, or for
 * asynchronous requests on completion. While the chain runs, the account is {@link RequestMeter#current()} on its
 * thread; a task for another thread takes it along with {@link RequestMeter#wrap(Runnable)}.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic costs = context.addFilter(
 *         "costs", CostFilter.builder(meter).features("/chat/* : chat; /code/* : code-assist").build());
 * costs.setAsyncSupported(true);
 * costs.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
 * }</pre>
 *
 * <p>Register it early in the chain, for all dispatcher types, with support for asynchronous requests. Forwards,
 * includes, asynchronous and error dispatches belong to the request that they continue, and so does the same filter, or
 * another one with the same meter, further down the chain.
 *
 * <p>What the outcome is, {@link Ending#outcome()} says, unless the builder is given another rule. An application that
 * knows better says {@link RequestMeter#reject()}.
 *
 * <p>Thread-safe. Request and response are wrapped, to hear of {@code startAsync}, of {@code sendError} and of writes that
 * fail; what is written is looked at only where answers are {@linkplain Builder#serves read} or callers told. The filter throws nothing of its own once it is started: what goes wrong in it
 * is counted at {@link CostMeter.Site#BOUNDARY}, and the request goes on without an account. Registered without support for
 * asynchronous requests, it says so once.
 */
public final class CostFilter implements Filter {

    private static final Logger log = LoggerFactory.getLogger(CostFilter.class);

    private final @Nullable Builder given;
    private volatile @Nullable Boundary boundary;

    /**
     * For {@code web.xml} and for {@link CostInitializer}: takes the meter from the attribute
     * {@value CostInitializer#METER} of the servlet context when the filter is started, and the features from the
     * initialisation parameters {@code features} ({@code /chat/* : chat; /code/* : code-assist}) and {@code unmapped} (a
     * feature for all other requests; they open no account without it).
     */
    public CostFilter() {
        this.given = null;
    }

    private CostFilter(Builder builder) {
        this.given = builder;
        this.boundary = new Boundary(builder);
    }

    /**
     * A filter that opens accounts with this meter.
     *
     * @param feature see {@link Builder#feature}
     */
    public static CostFilter create(CostMeter meter, Function<HttpServletRequest, @Nullable String> feature) {
        return builder(meter).feature(feature).build();
    }

    /** Starts with no features and everything else as usual. */
    public static Builder builder(CostMeter meter) {
        return new Builder(Objects.requireNonNull(meter, "meter"));
    }

    /**
     * Reads the initialisation parameters, if the filter was made by the container.
     *
     * @throws ServletException if there is no meter, or if a parameter is not understood; the message says which
     */
    @Override
    public void init(FilterConfig config) throws ServletException {
        if (given == null) {
            boundary = new Boundary(CostInitializer.configured(config));
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Boundary open = boundary;
        Pass pass = open == null ? null : open.enter(request, response);
        if (pass == null) {
            chain.doFilter(request, response);
            return;
        }
        Throwable thrown = null;
        try {
            chain.doFilter(pass.request(), pass.response());
        } catch (Throwable failure) {
            thrown = failure;
            throw failure;
        } finally {
            pass.leave(thrown);
        }
    }

    /** Where requests get their accounts. */
    private static final class Boundary {
        private final CostMeter meter;
        private final Function<HttpServletRequest, @Nullable String> feature;
        private final Function<Ending, Outcome> outcome;
        private final @Nullable BiConsumer<HttpServletRequest, RequestMeter> description;
        private final @Nullable Function<HttpServletRequest, @Nullable String> provider;
        private final Announcement announcement;
        /** One name per meter: two meters in one chain each keep their own account. */
        private final String attribute;

        private volatile boolean complained;

        private Boundary(Builder builder) {
            this.meter = builder.meter;
            this.feature = builder.resolver();
            this.outcome = builder.outcome;
            this.description = builder.description;
            this.provider = builder.provider;
            this.announcement = new Announcement(builder.header, builder.trailer, builder.serverTiming);
            this.attribute = CostFilter.class.getName() + '@' + Integer.toHexString(System.identityHashCode(meter));
        }

        /** Makes the request's account current, opening it on first sight; {@code null} if the request has none. */
        @Nullable
        Pass enter(ServletRequest request, ServletResponse response) {
            if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
                return null;
            }
            try {
                RequestEnd known = http.getAttribute(attribute) instanceof RequestEnd found ? found : null;
                RequestEnd end = known == null ? open(http, answer) : known;
                return end == null ? null : Pass.begin(end, http, answer, known == null);
            } catch (Throwable failure) {
                meter.reportError(CostMeter.Site.BOUNDARY, failure);
                return null;
            }
        }

        private @Nullable RequestEnd open(HttpServletRequest request, HttpServletResponse response) {
            if (continuesAnotherPass(request.getDispatcherType())) {
                return null;
            }
            String name = feature.apply(request);
            if (name == null) {
                return null;
            }
            requireAsync(request);
            RequestMeter account = meter.open(name);
            RequestEnd end = new RequestEnd(meter, account, response, outcome, announcement, served(request, account));
            try {
                request.setAttribute(attribute, end);
                if (description != null) {
                    description.accept(request, end.request());
                }
            } catch (Throwable failure) {
                // of the application: its attribute listener, its description; the account closes without them, too
                meter.reportError(CostMeter.Site.BOUNDARY, failure);
            }
            return end;
        }

        /** A filter cannot ask how it was registered: only how a request looks that comes to it. */
        private void requireAsync(HttpServletRequest request) {
            if (!complained && !request.isAsyncSupported()) {
                complained = true;
                log.warn("CostFilter, or a filter before it, is registered without support for asynchronous requests:"
                        + " startAsync fails for everything behind it. Call setAsyncSupported(true) on its registration,"
                        + " or write <async-supported>true</async-supported> in web.xml");
            }
        }

        private @Nullable ServedAnswer served(HttpServletRequest request, RequestMeter account) {
            if (provider == null) {
                return null;
            }
            try {
                String served = provider.apply(request);
                return served == null ? null : new ServedAnswer(meter, account, served);
            } catch (Throwable failure) {
                meter.reportError(CostMeter.Site.BOUNDARY, failure);
                return null;
            }
        }

        /** Whoever let the first pass of this request go without an account decided for the rest of it. */
        private static boolean continuesAnotherPass(DispatcherType type) {
            return type == DispatcherType.ASYNC || type == DispatcherType.ERROR;
        }
    }

    /**
     * One way down the chain and back, on one thread.
     *
     * @param owner whether this pass opened the account
     * @param outermost whether no other pass of this request is on this thread: what it throws goes to the container
     * @param type how the container came here; afterwards, some say something else
     * @param cycles how many asynchronous cycles there were before
     */
    private record Pass(
            HttpServletRequest request,
            HttpServletResponse response,
            RequestEnd end,
            Scope scope,
            boolean owner,
            boolean outermost,
            DispatcherType type,
            int cycles) {

        static Pass begin(RequestEnd end, HttpServletRequest request, HttpServletResponse response, boolean owner) {
            HttpServletResponse seen = MeteredResponse.wrap(response, end);
            HttpServletRequest observed = MeteredRequest.wrap(request, end.seesResponse() ? seen : null, end);
            DispatcherType type = request.getDispatcherType();
            RequestMeter before = RequestMeter.current();
            Scope scope = end.makeCurrent();
            boolean outermost = owner || RequestMeter.current() != before;
            if (outermost) {
                end.goesOn();
            }
            return new Pass(observed, seen, end, scope, owner, outermost, type, end.cycles());
        }

        void leave(@Nullable Throwable thrown) {
            scope.close();
            MeteredResponse metered = MeteredResponse.within(response, end);
            boolean last = outermost || type == DispatcherType.FORWARD; // after which containers close the response
            if (metered != null && thrown == null && last && end.cycles() == cycles) {
                metered.beforeEnd();
            }
            if (thrown != null && outermost) {
                end.thrown(thrown);
            } else if (thrown == null && owner) {
                end.returned();
            } else if (thrown == null && outermost && end.cycles() == cycles) {
                end.dispatchReturned();
            }
        }
    }

    /** Collects what a filter does; one thread at a time. */
    public static final class Builder {
        private final CostMeter meter;
        private @Nullable Function<HttpServletRequest, @Nullable String> feature;
        private @Nullable String unmapped;
        private Function<Ending, Outcome> outcome = Ending::outcome;
        private @Nullable BiConsumer<HttpServletRequest, RequestMeter> description;
        private @Nullable Function<HttpServletRequest, @Nullable String> provider;
        private @Nullable String header;
        private @Nullable String trailer;
        private boolean serverTiming;

        private Builder(CostMeter meter) {
            this.meter = meter;
        }

        /**
         * Who pays, by a function.
         *
         * @param function names the feature, from what the server knows and never from what a client may choose freely;
         *     {@code null} if the request opens no account. Called on the thread of the request, before the chain, once a
         *     request and again for each forward or include of a request without an account. An exception counts as
         *     {@code null} and at {@link CostMeter.Site#BOUNDARY}.
         */
        public Builder feature(Function<HttpServletRequest, @Nullable String> function) {
            this.feature = Objects.requireNonNull(function, "feature");
            return this;
        }

        /**
         * Who pays, by the path within the application: {@code /chat} is that path, {@code /chat/*} it and everything below
         * it, {@code *.ai} an ending, {@code /} everything else. The exact one goes first, then the longest, then the ending.
         *
         * @param text pairs of pattern and feature, such as {@code /chat/* : chat; /code/* : code-assist}, with semicolons or
         *     line breaks between them
         * @throws IllegalArgumentException if a pair is not understood, naming it
         */
        public Builder features(String text) {
            return feature(FeatureMap.parse(text));
        }

        /** The feature of requests that no other one is named for; without it they open no account. */
        public Builder unmapped(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException(
                        "unmapped: the feature is empty; give it a name, or leave it out to open no account");
            }
            this.unmapped = name;
            return this;
        }

        /**
         * How a request's end becomes its outcome, instead of {@link Ending#outcome()}. An exception, and {@code null}, count
         * as that one.
         */
        public Builder outcome(Function<Ending, Outcome> rule) {
            this.outcome = Objects.requireNonNull(rule, "outcome");
            return this;
        }

        /**
         * Says something about each request when its account is opened: its tenant, session, plan, release, what it earns.
         * Only here does anything of a request become part of its cost, so that nobody trusts a client's header by accident.
         *
         * @param description called on the thread of the request, before the chain; an exception counts at
         *     {@link CostMeter.Site#BOUNDARY}
         */
        public Builder describe(BiConsumer<HttpServletRequest, RequestMeter> description) {
            this.description = Objects.requireNonNull(description, "description");
            return this;
        }

        /**
         * Reads usage from what the application itself answers, for requests whose answers are those of a model in the format of
         * OpenAI, Anthropic, Gemini or Ollama: a gateway, a proxy, inference of one's own. It becomes a call of its request. An
         * answer that a client hook has booked for the request, by its id, is not booked again.
         *
         * <p>The response is wrapped for these requests: bytes are looked at after they were written, and {@code startAsync()}
         * goes on with the wrapped response. Compressed answers are not read; put a filter that compresses in front.
         *
         * @param provider who is paid for the answer, such as the name of a capacity pool; {@code null} if this request's
         *     answer is not a model's. Called like {@link #feature}
         */
        public Builder serves(Function<HttpServletRequest, @Nullable String> provider) {
            this.provider = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Tells the caller what the request cost so far, in a response header, set right before the response is committed: for a
         * stream that is before its answer is known. Off unless switched on; everybody who gets the response can read it. Such as
         * {@code 0.0012 USD}.
         */
        public Builder costHeader(String name) {
            this.header = requireToken(name);
            return this;
        }

        /**
         * Tells the caller what the request cost, in a trailer after the body, where the protocol and the container can send
         * one: HTTP/2, and HTTP/1.1 with a chunked body. Off unless switched on.
         */
        public Builder costTrailer(String name) {
            this.trailer = requireToken(name);
            return this;
        }

        /** Says what the request cost so far in a {@code Server-Timing} header too, which browsers show to developers. */
        public Builder serverTiming() {
            this.serverTiming = true;
            return this;
        }

        private static String requireToken(String name) {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                throw new IllegalArgumentException(
                        "header name: '" + name + "' is not one; use letters, digits and hyphens, like X-Request-Cost");
            }
            return name;
        }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException if no request would open an account
         */
        public CostFilter build() {
            if (feature == null && unmapped == null) {
                throw new IllegalArgumentException("CostFilter: no features, so no request would be metered; give"
                        + " features(\"/chat/* : chat\"), feature(request -> ...) or unmapped(\"web\")");
            }
            return new CostFilter(this);
        }

        private Function<HttpServletRequest, @Nullable String> resolver() {
            Function<HttpServletRequest, @Nullable String> named = feature;
            String rest = unmapped;
            if (named == null) {
                return request -> rest;
            }
            if (rest == null) {
                return named;
            }
            return request -> {
                String name = named.apply(request);
                return name == null ? rest : name;
            };
        }
    }
}
