package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.unitcost.CostMeter;
import io.unitcost.RecordedCosts;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.logging.LogManager;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentMatchers;

/** What is wrong with an installation is said at the start; a real {@code web.xml} in a real container. */
class CostInitializerTest {

    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder().listener(costs).build();

    @AfterEach
    void nothingIsLeftBehind() {
        meter.close();
        costs.assertNothingLeft();
    }

    @Test
    void withoutAMeterTheStartFails() throws Exception {
        assertThatThrownBy(() -> start(null, Map.of("features", "/ : web")))
                .isInstanceOf(ServletException.class)
                .hasMessage("filter costs: no CostMeter in the servlet context; put it there as attribute"
                        + " io.unitcost.CostMeter before filters are started, such as from a ServletContextListener");
        assertThatThrownBy(() -> start("not a meter", Map.of("features", "/ : web")))
                .hasMessageContaining("but a java.lang.String");
    }

    @Test
    void aWrongParameterIsNamed() {
        assertThatThrownBy(() -> start(meter, Map.of("features", "/chat/* : chat; /code -> code")))
                .isInstanceOf(ServletException.class)
                .hasMessageContaining("filter costs")
                .hasMessageContaining("'/code -> code'");
        assertThatThrownBy(() -> start(meter, Map.of("features", "/chat/*/x : chat")))
                .hasMessageContaining("'/chat/*/x'");
        assertThatThrownBy(() -> start(meter, Map.of("unmapped", " "))).hasMessageContaining("unmapped");
        assertThatThrownBy(() -> start(meter, Map.of())).hasMessageContaining("no features");
        assertThatThrownBy(() -> start(meter, Map.of("feature", "/ : web")))
                .hasMessage("filter costs: no init parameter feature is known; there are features and unmapped");
    }

    @Test
    void aRightParameterIsNot() throws Exception {
        start(meter, Map.of("features", "/chat/* : chat"));
    }

    private static void start(Object meter, Map<String, String> parameters) throws ServletException {
        ServletContext context = mock(ServletContext.class);
        FilterConfig config = mock(FilterConfig.class);
        when(context.getAttribute(CostInitializer.METER)).thenReturn(meter);
        when(config.getServletContext()).thenReturn(context);
        when(config.getFilterName()).thenReturn("costs");
        when(config.getInitParameterNames()).thenReturn(Collections.enumeration(parameters.keySet()));
        parameters.forEach((name, value) -> when(config.getInitParameter(name)).thenReturn(value));
        new CostFilter().init(config);
    }

    @Test
    void aFilterOfTheSameNameIsSaid() {
        ServletContext context = mock(ServletContext.class);
        when(context.getInitParameter(CostInitializer.FEATURES)).thenReturn("/ : web");
        when(context.addFilter(any(), ArgumentMatchers.<Class<? extends Filter>>any()))
                .thenReturn(null);
        assertThatThrownBy(() -> new CostInitializer().onStartup(null, context))
                .isInstanceOf(ServletException.class)
                .hasMessageContaining("filter unitcost: web.xml has one of this name already");
    }

    @Test
    void containersFindIt() {
        assertThat(ServiceLoader.load(ServletContainerInitializer.class))
                .hasAtLeastOneElementOfType(CostInitializer.class);
    }

    @Test
    void withoutAMeterJettyDoesNotStart() throws Exception {
        ServletContextHandler handler = new ServletContextHandler();
        handler.setInitParameter(CostInitializer.FEATURES, "/ : web");
        handler.addServletContainerInitializer(new CostInitializer());
        Server server = new Server();
        server.setHandler(handler);
        try {
            assertThatThrownBy(server::start).satisfies(thrown -> assertThat(allMessages(thrown))
                    .contains("no CostMeter in the servlet context"));
        } finally {
            server.stop();
        }
    }

    private static String allMessages(Throwable thrown) {
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        return messages.toString();
    }

    @Test
    void withoutAMeterTomcatDoesNotStartTheApplication(@TempDir Path home) throws Exception {
        Tomcat tomcat = tomcat(home);
        Context context = application(tomcat, home, "", false);
        context.addParameter(CostInitializer.FEATURES, "/ : web");
        tomcat.start();
        try {
            assertThat(context.getState()).isEqualTo(LifecycleState.STOPPED);
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    @Test
    void aPropertyInWebXmlIsEnough(@TempDir Path home) throws Exception {
        assertMetered(home, """
                <context-param>
                  <param-name>unitcost.features</param-name>
                  <param-value>/hello : greeting</param-value>
                </context-param>
                """, "greeting");
    }

    @Test
    void webXmlMayNameTheFilterItself(@TempDir Path home) throws Exception {
        assertMetered(home, webXmlOfTheReadme(), "chat");
    }

    private static String webXmlOfTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String start = "```xml\n<filter>";
        int from = readme.indexOf(start);
        assertThat(from).as("an example of web.xml in the README").isPositive();
        return readme.substring(from + "```xml\n".length(), readme.indexOf("```", from + start.length()))
                .replace("/chat/*", "/hello/*");
    }

    private void assertMetered(Path home, String webXml, String feature) throws Exception {
        Tomcat tomcat = tomcat(home);
        Context context = application(tomcat, home, webXml, true);
        tomcat.start();
        try {
            assertThat(context.getState()).isEqualTo(LifecycleState.STARTED);
            URI uri = URI.create("http://localhost:" + tomcat.getConnector().getLocalPort() + "/hello");
            String body = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
            assertThat(body).isEqualTo("hello");
            assertThat(costs.take().feature()).isEqualTo(feature);
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    private static Tomcat tomcat(Path home) {
        LogManager.getLogManager().reset();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(home.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("maxThreads", "2");
        return tomcat;
    }

    /** An application in a directory, as one is deployed: the container looks for initializers and for web.xml. */
    private Context application(Tomcat tomcat, Path home, String webXml, boolean withMeter) throws Exception {
        Path directory = Files.createDirectories(home.resolve("application").resolve("WEB-INF"));
        Files.writeString(directory.resolve("web.xml"), """
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.1">
                """ + webXml + """
                </web-app>
                """);
        StandardContext context = new StandardContext();
        context.setPath("");
        context.setDocBase(directory.getParent().toString());
        ContextConfig config = new ContextConfig();
        config.setDefaultWebXml(tomcat.noDefaultWebXmlPath());
        context.addLifecycleListener(config);
        context.setParentClassLoader(CostInitializerTest.class.getClassLoader());
        context.addServletContainerInitializer(
                (classes, servletContext) -> {
                    if (withMeter) {
                        servletContext.setAttribute(CostInitializer.METER, meter);
                    }
                    ServletRegistration.Dynamic hello = servletContext.addServlet("hello", new HttpServlet() {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                                throws IOException {
                            assertThat(request.isAsyncSupported()).isFalse(); // this servlet's own doing
                            response.getWriter().write("hello");
                        }
                    });
                    hello.addMapping("/hello");
                },
                Set.of());
        tomcat.getHost().addChild(context);
        return context;
    }

    @Test
    void aFilterThatWasNeverStartedLetsRequestsPass() throws Exception {
        boolean[] passed = new boolean[1];
        Filter filter = new CostFilter();
        filter.doFilter(
                mock(HttpServletRequest.class),
                mock(HttpServletResponse.class),
                (request, response) -> passed[0] = true);
        assertThat(passed[0]).isTrue();
    }
}
