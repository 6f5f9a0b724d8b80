package io.unitcost.http;

import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A model behind HTTP/2 in clear text, by upgrade from HTTP/1.1. */
final class Http2Server implements AutoCloseable {

    /** What it does with a request: it writes a body, as slowly as it likes; what it throws resets the stream. */
    interface Script {
        void answer(Request request, Response response, OutputStream body) throws Exception;
    }

    private final Server server;
    private final ServerConnector connector;
    final List<String> bodies = new CopyOnWriteArrayList<>();
    final List<String> versions = new CopyOnWriteArrayList<>();
    /** Whether the client has reset a stream. */
    final CompletableFuture<Void> left = new CompletableFuture<>();

    private Http2Server(Script script) {
        QueuedThreadPool threads = new QueuedThreadPool(12, 4);
        threads.setDaemon(true);
        threads.setStopTimeout(200);
        server = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        connector = new ServerConnector(
                server,
                1,
                1,
                new HttpConnectionFactory(configuration),
                new HTTP2CServerConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                if (request.getMethod().equals("GET")) {
                    callback.succeeded(); // the client only says hello
                    return true;
                }
                bodies.add(Content.Source.asString(request, StandardCharsets.UTF_8));
                versions.add(request.getConnectionMetaData().getProtocol());
                request.addFailureListener(failure -> left.complete(null));
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
                OutputStream body = Content.Sink.asOutputStream(response);
                script.answer(request, response, body);
                body.close();
                callback.succeeded();
                return true;
            }
        });
    }

    static Http2Server start(Script script) throws Exception {
        Http2Server server = new Http2Server(script);
        server.server.start();
        return server;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + path);
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
