package io.unitcost.benchmarks;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A Jetty for a load generator, and for {@link JettyFilterBenchmark}: {@code java -cp benchmarks.jar
 * io.unitcost.benchmarks.FilterServer 8091}. The first segment of the path says which filter is in front, none for
 * {@code off} and one that does nothing for {@code pass}; the second one what is answered, such as
 * {@code /costs/plain}, {@code /costsServing/stream}.
 */
public final class FilterServer {

    private static final String ADDRESS = "127.0.0.1";

    private FilterServer() {}

    /**
     * Serves until it is stopped.
     *
     * @param args a port
     */
    public static void main(String... args) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost(ADDRESS);
        connector.setPort(Integer.parseInt(args[0]));
        install(server, connector, new Filters());
        server.start();
        System.out.println("http://" + ADDRESS + ":" + connector.getLocalPort() + "/off/plain");
        server.join();
    }

    /** The servlets behind each filter. */
    static void install(Server server, Connector connector, Filters filters) {
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new Answers()), "/*");
        front(context, "/pass/*", (request, response, chain) -> chain.doFilter(request, response));
        front(context, "/costs/*", filters.costs());
        front(context, "/costsServing/*", filters.costsServing());
        front(context, "/brave/*", filters.brave());
        front(context, "/spring/*", filters.spring());
        server.setHandler(context);
    }

    private static void front(ServletContextHandler context, String path, Filter filter) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, path, EnumSet.allOf(DispatcherType.class));
    }

    /** What an application answers: by the last segment of the path. */
    private static final class Answers extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            ServletOutputStream out = response.getOutputStream();
            if (request.getPathInfo().endsWith("/stream")) {
                response.setContentType("text/event-stream");
                for (byte[] event : FilterBenchmark.STREAM) {
                    out.write(event, 0, event.length);
                    out.flush();
                }
                return;
            }
            byte[] body = request.getPathInfo().endsWith("/answer") ? FilterBenchmark.ANSWER : FilterBenchmark.PLAIN;
            response.setContentType("application/json");
            response.setContentLength(body.length);
            out.write(body, 0, body.length);
        }
    }
}
