package io.unitcost.servlet.matrix;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;

/** Answers as its seed wants it: any way of writing, flushing, dispatching and failing, the same each time. */
final class RandomAnswer extends HttpServlet {

    static final String PATH = "/random";
    private static final long serialVersionUID = 1;
    private static final int[] STATUS = {200, 200, 200, 200, 201, 206, 400, 404, 500};
    private static final String[] TYPES = {
        "text/plain",
        "text/plain;charset=utf-8",
        "text/event-stream",
        "application/json",
        "text/html;charset=iso-8859-1"
    };
    private static final int LARGEST = 20_000;
    private static final int LARGEST_BUFFER = 8_192;

    private enum Way {
        HERE,
        ELSEWHERE,
        FORWARD,
        INCLUDE,
        DISPATCH,
        SEND_ERROR,
        REDIRECT,
        THROW
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        // neighbours would begin alike, for thousands of seeds
        Random random = new Random(Long.parseLong(request.getParameter("seed")) * 0x9E3779B97F4A7C15L);
        Way way = Way.values()[random.nextInt(Way.values().length)];
        boolean again = request.getPathInfo() != null || request.getDispatcherType() != DispatcherType.REQUEST;
        if (again) {
            write(random, response);
            return;
        }
        String there = PATH + "/there";
        switch (way) {
            case HERE -> write(random, response);
            case ELSEWHERE -> elsewhere(random, request, response);
            case FORWARD -> request.getRequestDispatcher(there).forward(request, response);
            case INCLUDE -> {
                response.setHeader("X-Outer", "1");
                request.getRequestDispatcher(there).include(request, response);
            }
            case DISPATCH -> request.startAsync().dispatch(there);
            case SEND_ERROR -> response.sendError(random.nextBoolean() ? 429 : 503, "provoked");
            case REDIRECT -> response.sendRedirect("/elsewhere?" + random.nextInt());
            case THROW -> {
                write(random, response);
                throw new ServletException("provoked");
            }
        }
    }

    private static void elsewhere(Random random, HttpServletRequest request, HttpServletResponse response) {
        AsyncContext async = random.nextBoolean() ? request.startAsync() : request.startAsync(request, response);
        boolean own = random.nextBoolean();
        async.start(() -> {
            try {
                write(random, own ? response : (HttpServletResponse) async.getResponse());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } finally {
                async.complete();
            }
        });
    }

    private static void write(Random random, HttpServletResponse response) throws IOException {
        if (random.nextInt(10) == 0) {
            response.getWriter().write("never seen");
            response.reset();
        }
        response.setStatus(STATUS[random.nextInt(STATUS.length)]);
        if (random.nextInt(4) > 0) {
            response.setContentType(TYPES[random.nextInt(TYPES.length)]);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            response.addHeader("X-Random-" + random.nextInt(3), Integer.toString(random.nextInt()));
        }
        if (random.nextInt(4) == 0) {
            // Tomcat keeps a larger one for whatever request comes next
            response.setBufferSize(1 + random.nextInt(LARGEST_BUFFER));
        }
        int[] sizes = random.ints(random.nextInt(7), 0, random.nextInt(5) == 0 ? LARGEST : 300)
                .toArray();
        int length = 0;
        for (int size : sizes) {
            length += size;
        }
        if (random.nextInt(4) == 0) {
            response.setContentLength(length);
        } else if (random.nextInt(4) == 0) {
            response.setHeader("Trailer", "X-After");
            response.setTrailerFields(() -> Map.of("X-After", "yes"));
        }
        if (random.nextBoolean()) {
            toStream(random, response, sizes);
        } else {
            toWriter(random, response, sizes);
        }
    }

    private static void toStream(Random random, HttpServletResponse response, int[] sizes) throws IOException {
        ServletOutputStream out = response.getOutputStream();
        for (int size : sizes) {
            String text = text(random, size);
            switch (random.nextInt(4)) {
                case 0 -> out.print(text);
                case 1 -> {
                    for (int i = 0; i < size; i++) {
                        out.write(text.charAt(i));
                    }
                }
                default -> out.write(text.getBytes(StandardCharsets.US_ASCII), 0, size);
            }
            switch (random.nextInt(4)) {
                case 0 -> out.flush();
                case 1 -> response.flushBuffer();
                default -> {}
            }
        }
        if (random.nextInt(3) == 0) {
            out.close();
        }
    }

    private static void toWriter(Random random, HttpServletResponse response, int[] sizes) throws IOException {
        PrintWriter out = response.getWriter();
        for (int size : sizes) {
            String text = text(random, size);
            switch (random.nextInt(4)) {
                case 0 -> out.print(text);
                case 1 -> text.chars().forEach(out::write);
                case 2 -> out.write(text.toCharArray());
                default -> out.append(text);
            }
            switch (random.nextInt(4)) {
                case 0 -> out.flush();
                case 1 -> response.flushBuffer();
                default -> {}
            }
        }
        if (random.nextInt(3) == 0) {
            out.close();
        }
    }

    private static String text(Random random, int size) {
        StringBuilder text = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
