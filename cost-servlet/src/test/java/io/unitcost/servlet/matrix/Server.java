package io.unitcost.servlet.matrix;

import jakarta.servlet.ServletContainerInitializer;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** A container on a free port, with HTTP/1.1 and, by prior knowledge, HTTP/2. */
interface Server extends AutoCloseable {

    int THREADS = 32;

    /**
     * Starts with an application, and a second one at {@link App#OTHER} that the first may dispatch to.
     *
     * @param virtual whether requests run on virtual threads
     * @return the port
     */
    int start(ServletContainerInitializer app, ServletContainerInitializer other, boolean virtual) throws Exception;

    @Override
    void close() throws Exception;

    static Server of(String container) throws ReflectiveOperationException {
        String name =
                switch (container) {
                    case "tomcat-11", "tomcat-10.1" -> "TomcatServer";
                    case "jetty-ee10" -> "JettyEe10Server";
                    case "jetty-ee11" -> "JettyEe11Server";
                    case "undertow" -> "UndertowServer";
                    default -> throw new IllegalArgumentException("container: " + container);
                };
        // by name: each one's classes are only there for itself
        return (Server) Class.forName(Server.class.getPackageName() + '.' + name)
                .getDeclaredConstructor()
                .newInstance();
    }

    /** A virtual thread a task, where there are such threads. */
    static Executor virtualThreads() {
        try {
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("virtual threads need JDK 21", e);
        }
    }
}
