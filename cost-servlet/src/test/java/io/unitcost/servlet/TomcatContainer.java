package io.unitcost.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.nio.file.Path;
import java.util.Set;
import java.util.logging.LogManager;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;

final class TomcatContainer implements Container {

    private Tomcat tomcat = new Tomcat();

    @Override
    public int start(ServletContainerInitializer application) throws Exception {
        // it reports each failure that a test provokes, and gives its loggers levels of their own: take the handlers
        LogManager.getLogManager().reset();
        tomcat = new Tomcat();
        tomcat.setBaseDir(Path.of("target", "tomcat").toAbsolutePath().toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("maxThreads", "4");
        ErrorPage errors = new ErrorPage();
        errors.setLocation(ERROR_PAGE);
        Context context = tomcat.addContext("", null);
        context.addErrorPage(errors);
        context.addServletContainerInitializer(application, Set.of());
        tomcat.start();
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void stop() throws Exception {
        if (tomcat.getServer().getState().isAvailable()) {
            tomcat.stop();
            tomcat.destroy();
        }
    }
}
