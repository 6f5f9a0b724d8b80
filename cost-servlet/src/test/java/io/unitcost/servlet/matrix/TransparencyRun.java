package io.unitcost.servlet.matrix;

import io.unitcost.CostMeter;
import io.unitcost.servlet.CostFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Random answers of one container without the filter, with it, and with it reading what is served: each difference in
 * status, headers, body, chunks or trailers is one string of the result, and the first one says how many answers there were.
 */
final class TransparencyRun implements Function<Map<String, String>, List<String>> {

    private static final String[] METHODS = {"GET", "GET", "GET", "HEAD", "POST"};
    private static final int MOST_DIFFERENCES = 5;
    private static final int ATTEMPTS = 50;
    private static final String CUT_OFF = "(cut off)";

    /** One server and a connection to it that is used as long as it can be. */
    private static final class Site implements AutoCloseable {
        private final Server server;
        private final int port;
        private Http1 connection;

        Site(String container, ServletContainerInitializer app) throws Exception {
            server = Server.of(container);
            port = server.start(app, new Application(null), false);
            connection = new Http1(port);
        }

        /** On a new connection if the container has closed the old one without saying so. */
        String answer(int seed) throws IOException {
            String answer = attempt(seed);
            return answer.equals(CUT_OFF) ? attempt(seed) : answer;
        }

        private String attempt(int seed) throws IOException {
            String method = METHODS[Math.floorMod(seed, METHODS.length)];
            connection.request(method, RandomAnswer.PATH + "?seed=" + seed, Map.of(), false);
            Answer answer = connection.answer();
            String raw = connection.raw().replaceAll("(?m)^Date: .*\r\n", "");
            if (!answer.isComplete() || !connection.isReusable()) {
                connection.close();
                connection = new Http1(port);
            }
            return raw + (answer.isComplete() ? "" : CUT_OFF);
        }

        @Override
        public void close() throws Exception {
            connection.close();
            server.close();
        }
    }

    @Override
    public List<String> apply(Map<String, String> settings) {
        String container = settings.get("container");
        int count = Integer.parseInt(settings.get("count"));
        List<String> results = new ArrayList<>();
        int bytes = 0;
        try (CostMeter meter = CostMeter.builder().build();
                Site without = new Site(container, new Application(container.equals("undertow") ? wrapper() : null));
                Site with = new Site(
                        container,
                        new Application(
                                CostFilter.builder(meter).unmapped("all").build()));
                Site reading = new Site(
                        container,
                        new Application(CostFilter.builder(meter)
                                .unmapped("all")
                                .serves(request -> "openai")
                                .build()))) {
            for (int seed = 0; seed < count; seed++) {
                String expected = without.answer(seed);
                bytes += expected.length();
                compare(seed, "with the filter", expected, with.answer(seed), without, results);
                compare(seed, "with a filter that reads", expected, reading.answer(seed), without, results);
            }
        } catch (Exception e) {
            throw new IllegalStateException(container, e);
        }
        results.add(0, count + " answers of " + bytes + " bytes");
        return results;
    }

    private static void compare(
            int seed, String where, String expected, String actual, Site without, List<String> results)
            throws IOException {
        if (results.size() < MOST_DIFFERENCES && !expected.equals(actual) && !mayBe(seed, actual, without)) {
            int at = 0;
            while (at < Math.min(expected.length(), actual.length()) && expected.charAt(at) == actual.charAt(at)) {
                at++;
            }
            results.add("seed " + seed + " " + where + ", from " + at + ": " + part(expected, at) + " but "
                    + part(actual, at));
        }
    }

    /** Whether it is a race of the container's own: without the filter the answer is now this one, now that one. */
    private static boolean mayBe(int seed, String actual, Site without) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (without.answer(seed).equals(actual)) {
                return true;
            }
        }
        return false;
    }

    private static String part(String text, int at) {
        String part = text.substring(Math.max(0, at - 60), Math.min(text.length(), at + 60));
        return part.replace("\r", "\\r").replace("\n", "\\n");
    }

    /** Undertow ends a forward in another way when the response is wrapped, by whomever: it asks for a writer to close. */
    private static Filter wrapper() {
        return (request, response, chain) ->
                chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response));
    }

    /** A class and not a lambda: containers ask for its name. */
    private record Application(@Nullable Filter filter) implements ServletContainerInitializer {
        @Override
        public void onStartup(Set<Class<?>> types, ServletContext context) {
            if (filter != null) {
                FilterRegistration.Dynamic registration = context.addFilter("costs", filter);
                registration.setAsyncSupported(true);
                registration.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");
            }
            ServletRegistration.Dynamic random = context.addServlet("random", new RandomAnswer());
            random.setAsyncSupported(true);
            random.addMapping(RandomAnswer.PATH + "/*");
            context.addServlet("error", new Sorry()).addMapping(App.ERROR_PAGE);
        }
    }

    /** The error page. */
    private static final class Sorry extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (!response.isCommitted()) {
                response.resetBuffer();
            }
            try {
                response.getWriter().write("sorry");
            } catch (IllegalStateException e) {
                response.getOutputStream().print("sorry");
            }
        }
    }
}
