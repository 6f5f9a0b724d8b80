package io.unitcost.servlet.matrix;

import jakarta.servlet.ServletContainerInitializer;
import java.nio.file.Files;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.modeler.Registry;

/** Tomcat 10.1 or 11, whichever is there. */
final class TomcatServer implements Server {

    private final Tomcat tomcat = new Tomcat();

    @Override
    public int start(ServletContainerInitializer app, ServletContainerInitializer other, boolean virtual)
            throws Exception {
        // it would set a factory of the whole JVM, which the other Tomcat may have done
        TomcatURLStreamHandlerFactory.disable();
        // and the other Tomcat has the same names for its beans
        Registry.disableRegistry();
        tomcat.setBaseDir(Files.createTempDirectory("matrix-tomcat").toString());
        tomcat.setPort(0);
        Connector connector = tomcat.getConnector();
        connector.setThrowOnFailure(true);
        connector.setProperty("maxThreads", Integer.toString(THREADS));
        connector.setProperty("useVirtualThreads", Boolean.toString(virtual));
        Http2Protocol http2 = new Http2Protocol();
        // small pieces and resets are what is tested here, and not an attack
        http2.setOverheadCountFactor(0);
        http2.setOverheadDataThreshold(0);
        http2.setOverheadResetFactor(0);
        connector.addUpgradeProtocol(http2);
        add("", app);
        add(App.OTHER, other);
        tomcat.start();
        return connector.getLocalPort();
    }

    private void add(String path, ServletContainerInitializer app) {
        ErrorPage errors = new ErrorPage();
        errors.setLocation(App.ERROR_PAGE);
        Context context = tomcat.addContext(path, null);
        context.setCrossContext(true);
        context.addErrorPage(errors);
        context.addServletContainerInitializer(app, Set.of());
    }

    @Override
    public void close() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }
}
