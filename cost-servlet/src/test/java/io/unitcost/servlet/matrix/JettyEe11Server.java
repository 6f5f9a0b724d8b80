package io.unitcost.servlet.matrix;

import jakarta.servlet.ServletContainerInitializer;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;

/** Jetty with Servlet 6.1. */
final class JettyEe11Server extends JettyServer {

    @Override
    ServletContextHandler context(String path, ServletContainerInitializer app) {
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        errors.addErrorPage(400, 599, App.ERROR_PAGE);
        ServletContextHandler context = new ServletContextHandler(path);
        context.setErrorHandler(errors);
        context.addServletContainerInitializer(app);
        return context;
    }
}
