package io.unitcost.servlet.matrix;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The application: the filter on trial in front of the servlets of all scenarios, and an error page. */
final class App implements ServletContainerInitializer {

    static final String ERROR_PAGE = "/error";
    /** The path of a second application that is the same. */
    static final String OTHER = "/other";

    private final Subject subject;
    private final Stage stage;
    private final Map<String, Scenario> scenarios;

    App(Subject subject, Stage stage) {
        this.subject = subject;
        this.stage = stage;
        this.scenarios = Scenario.all().stream().collect(Collectors.toMap(Scenario::name, Function.identity()));
    }

    @Override
    public void onStartup(Set<Class<?>> types, ServletContext context) {
        Set<DispatcherType> subjects = subject.dispatcherTypes();
        addFilter(context, "outside", new Outside(stage), EnumSet.allOf(DispatcherType.class), "/*");
        addFilter(context, "first", subject.filter(), subjects, "/*");
        addFilter(context, "stacked", subject.stackedFilter(), subjects, Scenario.STACKED + "/*");
        addFilter(context, "independent", subject.independentFilter(), subjects, Scenario.BOTH + "/*");
        addServlet(context, "plain", Scenario.PLAIN + "/*", this::serve);
        addServlet(context, "stacked", Scenario.STACKED + "/*", this::serve);
        addServlet(context, "both", Scenario.BOTH + "/*", this::serve);
        addServlet(context, "error", ERROR_PAGE, this::sorry);
    }

    private static void addFilter(
            ServletContext context, String name, Filter filter, Set<DispatcherType> dispatches, String pattern) {
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(EnumSet.copyOf(dispatches), true, pattern);
    }

    private static void addServlet(ServletContext context, String name, String pattern, Service service) {
        ServletRegistration.Dynamic registration = context.addServlet(name, new HttpServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws ServletException, IOException {
                service.serve(request, response);
            }
        });
        registration.setAsyncSupported(true);
        registration.addMapping(pattern);
    }

    private interface Service {
        void serve(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException;
    }

    private void serve(HttpServletRequest request, HttpServletResponse response) {
        Visit visit = visit(request, response);
        try {
            scenarios.get(Ids.scenario(visit.id)).server().handle(visit);
        } catch (Exception e) {
            Throwing.anyway(e);
        }
    }

    private void sorry(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (Ids.of(request).startsWith("errorPageUsesModel")) {
            visit(request, response).use();
        }
        try {
            response.getWriter().write("sorry");
        } catch (IllegalStateException e) {
            // the application has begun a stream
            response.getOutputStream().print("sorry");
        }
    }

    private Visit visit(HttpServletRequest request, HttpServletResponse response) {
        Visit visit = new Visit(request, response, stage);
        if (subject instanceof UnitcostSubject && !visit.id.equals(UnitcostSubject.ACCOUNTS.get(visit.account))) {
            stage.ledger.complain(
                    visit.id,
                    request.getDispatcherType() + " with the account of "
                            + UnitcostSubject.ACCOUNTS.getOrDefault(visit.account, "nobody"));
        }
        return visit;
    }
}
