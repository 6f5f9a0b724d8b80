package io.unitcost.servlet;

import io.unitcost.RequestMeter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A way in which a response is committed. Each uses a model twice: once before the response is committed, and once as late
 * as it can.
 */
enum Telling {
    SMALL("small body, committed after the return") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            response.getOutputStream().print("hello");
            app.meter.record(ServletFixture.attempt());
        }
    },
    WRITER("small body through a writer") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            response.getWriter().print("hello");
            app.meter.record(ServletFixture.attempt());
        }
    },
    EMPTY("no body") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) {
            app.meter.record(ServletFixture.attempt());
            app.meter.record(ServletFixture.attempt());
        }
    },
    LENGTH("`Content-Length` reached") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            response.setContentLength(5);
            response.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            app.meter.record(ServletFixture.attempt());
        }
    },
    CLOSE("closed by the application") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            response.getWriter().print("hello");
            response.getWriter().close();
            app.meter.record(ServletFixture.attempt());
        }
    },
    FLUSH("flushed in the middle, as streams are") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            response.getOutputStream().print("hello");
            response.getOutputStream().flush();
            app.meter.record(ServletFixture.attempt());
        }
    },
    OVERFLOW("more than the buffer, in one piece") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            response.getOutputStream().write(new byte[50_000]);
            app.meter.record(ServletFixture.attempt());
        }
    },
    LONG_PIECES("9,000 bytes at a time") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            for (int i = 0; i < 10; i++) {
                response.getOutputStream().write(new byte[9_000]);
            }
            app.meter.record(ServletFixture.attempt());
        }
    },
    SHORT_PIECES("more than the buffer, in short pieces") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            for (int i = 0; i < 4_000; i++) {
                response.getOutputStream().write(new byte[19]);
            }
            app.meter.record(ServletFixture.attempt());
        }
    },
    TEXT("more than the buffer, through a writer") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            response.setCharacterEncoding("UTF-8");
            for (int i = 0; i < 4_000; i++) {
                response.getWriter().print("grüß 🙂 grüß 🙂");
            }
            app.meter.record(ServletFixture.attempt());
        }
    },
    SEND_ERROR("`sendError` and an error page") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            app.meter.record(ServletFixture.attempt());
            response.sendError(503);
        }
    },
    EXCEPTION("an exception and an error page") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response)
                throws ServletException {
            app.meter.record(ServletFixture.attempt());
            app.meter.record(ServletFixture.attempt());
            throw new ServletException("provoked");
        }
    },
    REDIRECT("`sendRedirect`") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            app.meter.record(ServletFixture.attempt());
            response.sendRedirect("/elsewhere");
        }
    },
    REDIRECT_WITH_STATUS("`sendRedirect` with a status") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            app.meter.record(ServletFixture.attempt());
            response.sendRedirect("/elsewhere", 307, true);
        }
    },
    FORWARD("small body behind a forward") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            app.meter.record(ServletFixture.attempt());
            request.getRequestDispatcher("/inner").forward(request, response);
        }
    },
    ASYNC("asynchronous, small body, `complete`") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) {
            app.meter.record(ServletFixture.attempt());
            AsyncContext async = request.startAsync();
            RequestMeter account = RequestMeter.current();
            app.later(() -> {
                async.getResponse().getOutputStream().print("hello");
                account.record(ServletFixture.attempt());
                async.complete();
            });
        }
    },
    ASYNC_STREAM("asynchronous, flushed in the middle") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) {
            app.meter.record(ServletFixture.attempt());
            AsyncContext async = request.startAsync();
            RequestMeter account = RequestMeter.current();
            app.later(() -> {
                async.getResponse().getOutputStream().print("hello");
                async.getResponse().flushBuffer();
                account.record(ServletFixture.attempt());
                async.complete();
            });
        }
    },
    DISPATCH("asynchronous, small body in a dispatch") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getOutputStream().print("hello");
            } else {
                request.startAsync().dispatch();
            }
        }
    },
    NON_BLOCKING("non-blocking, small body, `complete`") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) throws IOException {
            app.meter.record(ServletFixture.attempt());
            AsyncContext async = request.startAsync();
            RequestMeter account = RequestMeter.current();
            ServletOutputStream out = async.getResponse().getOutputStream();
            out.setWriteListener(new WriteListener() {
                @Override
                public void onWritePossible() throws IOException {
                    if (out.isReady()) {
                        out.write("hello".getBytes(StandardCharsets.UTF_8));
                        account.record(ServletFixture.attempt());
                        async.complete();
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    app.seen.add(failure);
                }
            });
        }
    },
    LISTENER("timeout, completed by a listener through its event") {
        @Override
        void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response) {
            app.meter.record(ServletFixture.attempt());
            app.meter.record(ServletFixture.attempt());
            AsyncContext async = request.startAsync();
            async.setTimeout(50);
            async.addListener(new AsyncListener() {
                @Override
                public void onTimeout(AsyncEvent event) {
                    event.getAsyncContext().complete();
                }

                @Override
                public void onComplete(AsyncEvent event) {}

                @Override
                public void onError(AsyncEvent event) {}

                @Override
                public void onStartAsync(AsyncEvent event) {}
            });
        }
    };

    final String title;

    Telling(String title) {
        this.title = title;
    }

    abstract void answer(ServletFixture app, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException;
}
