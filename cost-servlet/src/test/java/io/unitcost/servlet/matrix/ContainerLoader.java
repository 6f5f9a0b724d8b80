package io.unitcost.servlet.matrix;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A class loader that holds the test class path with one container and its version of the Servlet API, and everything
 * else of ours anew: containers of different Servlet versions do not meet, and nothing is on a thread-local of two runs.
 */
final class ContainerLoader extends URLClassLoader {

    /** Containers and the API: everything that must not be there unless it is asked for. */
    private static final Pattern CONTAINERS =
            Pattern.compile("tomcat-.*|jetty-ee1[01]-.*|undertow-.*|jakarta\\.servlet-api-.*");

    private static final Path OLDER = Path.of("target", "matrix");

    private ContainerLoader(List<URL> urls) {
        super(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    static ContainerLoader of(String container) {
        return switch (container) {
            case "tomcat-11" -> with("tomcat-.*");
            case "tomcat-10.1" -> with("", OLDER.resolve("tomcat-10.1"));
            case "jetty-ee11" -> with("jetty-ee11-.*|jakarta\\.servlet-api-.*");
            case "jetty-ee10" -> with("jetty-ee10-.*", OLDER.resolve("servlet-6.0"));
            case "undertow" -> with("undertow-.*", OLDER.resolve("servlet-6.0"));
            default -> throw new IllegalArgumentException("container: " + container);
        };
    }

    private static ContainerLoader with(String kept, Path... more) {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            if (!CONTAINERS.matcher(name).matches() || name.matches(kept)) {
                urls.add(url(Path.of(entry)));
            }
        }
        for (Path folder : more) {
            try (Stream<Path> jars = Files.list(folder)) {
                jars.map(ContainerLoader::url).forEach(urls::add);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        folder.toAbsolutePath() + " is filled by Maven's phase generate-test-resources; run that first",
                        e);
            }
        }
        return new ContainerLoader(urls);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path.toString(), e);
        }
    }

    /** Makes one of our classes anew in here, and calls it. */
    @SuppressWarnings("unchecked") // the same interface in both class loaders: it is the JDK's
    <R> R call(Class<?> type, Map<String, String> settings) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(this);
        try {
            Constructor<?> constructor = loadClass(type.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            return ((Function<Map<String, String>, R>) constructor.newInstance()).apply(settings);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
