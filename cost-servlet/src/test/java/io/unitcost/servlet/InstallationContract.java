package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.RequestCost;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ways to install the filter, in any container. */
abstract class InstallationContract extends ServletFixture {

    InstallationContract(Container container) {
        super(container);
    }

    @AfterEach
    void noPropertyIsLeft() {
        System.clearProperty(CostInitializer.FEATURES);
        System.clearProperty(CostInitializer.UNMAPPED);
    }

    @Test
    void aContextParameterSwitchesItOn() throws Exception {
        on("/chat", (request, response) -> request.startAsync().complete());
        on("/other", (request, response) -> seen.add(hasScope()));
        serve((classes, context) -> {
            context.setInitParameter(CostInitializer.FEATURES, "/chat/* : chat");
            initialize(context);
        });
        assertThat(get("/chat").statusCode()).isEqualTo(200);
        assertOneRequest("chat", 0);
        get("/other");
        assertThat(seen()).as("what no feature is named for has an account").isEqualTo(false);
    }

    @Test
    void aSystemPropertySwitchesItOn() throws Exception {
        System.setProperty(CostInitializer.UNMAPPED, "web");
        on("/chat", (request, response) -> meter.record(attempt()));
        serve((classes, context) -> initialize(context));
        get("/chat");
        assertOneRequest("web", 1);
    }

    @Test
    void anEmptyContextParameterSwitchesOneApplicationOff() throws Exception {
        System.setProperty(CostInitializer.FEATURES, "/ : web");
        on("/chat", (request, response) -> seen.add(hasScope()));
        serve((classes, context) -> {
            context.setInitParameter(CostInitializer.FEATURES, "");
            initialize(context);
        });
        get("/chat");
        assertThat(seen()).isEqualTo(false);
    }

    @Test
    void nothingSwitchesItOnByItself() throws Exception {
        on("/chat", (request, response) -> seen.add(hasScope()));
        serve((classes, context) -> initialize(context));
        get("/chat");
        assertThat(seen()).isEqualTo(false);
    }

    /** As {@code web.xml} does: by its class, with initialisation parameters. */
    @Test
    void theContainerMayMakeIt() throws Exception {
        on("/chat", (request, response) -> response.getWriter().write("hello"));
        serve((classes, context) -> {
            context.setAttribute(CostInitializer.METER, meter);
            FilterRegistration.Dynamic filter = context.addFilter("costs", CostFilter.class);
            filter.setAsyncSupported(true);
            filter.setInitParameter("features", "/chat : chat");
            filter.setInitParameter("unmapped", "web");
            filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
        });
        get("/chat");
        assertOneRequest("chat", 0);
    }

    @Test
    void itIsFirstInTheChainEvenIfItIsRegisteredLast() throws Exception {
        on("/chat", (request, response) -> response.getWriter().write("hello"));
        serve((classes, context) -> {
            FilterRegistration.Dynamic early = context.addFilter("early", (request, response, chain) -> {
                seen.add(hasScope());
                chain.doFilter(request, response);
            });
            early.setAsyncSupported(true);
            early.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
            context.setInitParameter(CostInitializer.UNMAPPED, "web");
            initialize(context);
        });
        get("/chat");
        assertThat(seen()).isEqualTo(true);
        assertOneRequest("web", 0);
    }

    @Test
    void withoutSupportForAsynchronousRequestsItComplainsOnce() throws Exception {
        on("/chat", (request, response) -> {
            seen.add(request.isAsyncSupported());
            response.getWriter().write("hello");
        });
        String said = said(() -> {
            serve((classes, context) -> {
                FilterRegistration.Dynamic costs = context.addFilter("costs", filter);
                costs.setAsyncSupported(false);
                costs.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");
            });
            for (int i = 0; i < 3; i++) {
                assertThat(get("/chat").body()).isEqualTo("hello");
                assertThat(seen()).isEqualTo(false);
                assertOneRequest("chat", 0);
            }
        });
        assertThat(said).containsOnlyOnce("setAsyncSupported(true)").contains("startAsync fails");
    }

    @Test
    void withSupportForAsynchronousRequestsItDoesNotComplain_whateverTheServlet() throws Exception {
        on("/chat", (request, response) -> response.getWriter().write("hello"));
        String said = said(() -> {
            serve((classes, context) -> {
                FilterRegistration.Dynamic costs = context.addFilter("costs", filter);
                costs.setAsyncSupported(true);
                costs.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");
                context.addServlet("blocking", new HttpServlet() {
                            private static final long serialVersionUID = 1;

                            @Override
                            protected void doGet(HttpServletRequest request, HttpServletResponse response) {
                                response.setStatus(204);
                            }
                        })
                        .addMapping("/blocking");
            });
            get("/chat");
            get("/blocking");
        });
        assertThat(costs.take(2)).extracting(RequestCost::feature).isEqualTo(List.of("chat", "blocking"));
        assertThat(said).doesNotContain("asynchronous");
    }

    /** As an application does it that has no code of ours but a listener that makes its meter. */
    private void initialize(ServletContext context) throws ServletException {
        context.addListener(new ServletContextListener() {
            @Override
            public void contextInitialized(ServletContextEvent event) {
                event.getServletContext().setAttribute(CostInitializer.METER, meter);
            }
        });
        new CostInitializer().onStartup(Set.of(), context);
    }

    private static String said(Task task) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            task.run();
        } finally {
            System.setErr(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
