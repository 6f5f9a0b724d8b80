package io.unitcost.servlet;

import io.unitcost.CostMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registers a {@link CostFilter} without code, first in the chain of every request, where a property says so: the
 * context parameter or system property {@value #FEATURES}, such as {@code /chat/* : chat; /code/* : code-assist}, or
 * {@value #UNMAPPED}, a feature for everything else. Without them it does nothing, nor with empty ones: an empty context
 * parameter switches one application off where a system property is set. Containers find it by themselves.
 *
 * <p>The application puts its {@link CostMeter} into the servlet context as the attribute {@value #METER}, for example
 * from a {@code ServletContextListener}, before filters are started; without it the start fails and says so.
 */
public final class CostInitializer implements ServletContainerInitializer {

    /** The attribute of the servlet context that holds the {@link CostMeter}. */
    public static final String METER = "io.unitcost.CostMeter";

    /** The property that switches the filter on: features by path. */
    public static final String FEATURES = "unitcost.features";

    /** The property that names a feature for all other requests. */
    public static final String UNMAPPED = "unitcost.unmapped";

    private static final String FILTER = "unitcost";
    private static final Set<String> PARAMETERS = Set.of("features", "unmapped");

    /** Made by the container. */
    public CostInitializer() {}

    @Override
    public void onStartup(@Nullable Set<Class<?>> types, ServletContext context) throws ServletException {
        String features = property(context, FEATURES);
        String unmapped = property(context, UNMAPPED);
        if (features == null && unmapped == null) {
            return;
        }
        FilterRegistration.Dynamic filter = context.addFilter(FILTER, CostFilter.class);
        if (filter == null) {
            throw new ServletException(
                    "filter " + FILTER + ": web.xml has one of this name already; rename it, or remove " + FEATURES);
        }
        filter.setAsyncSupported(true);
        if (features != null) {
            filter.setInitParameter("features", features);
        }
        if (unmapped != null) {
            filter.setInitParameter("unmapped", unmapped);
        }
        filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    }

    private static @Nullable String property(ServletContext context, String name) {
        String value = context.getInitParameter(name);
        String said = value == null ? System.getProperty(name) : value;
        return said == null || said.isBlank() ? null : said;
    }

    /** What a filter does that the container has made. */
    static CostFilter.Builder configured(FilterConfig config) throws ServletException {
        Object meter = config.getServletContext().getAttribute(METER);
        if (!(meter instanceof CostMeter found)) {
            throw new ServletException("filter " + config.getFilterName() + ": no CostMeter in the servlet context"
                    + (meter == null ? "" : ", but a " + meter.getClass().getName())
                    + "; put it there as attribute " + METER + " before filters are started, such as from a"
                    + " ServletContextListener");
        }
        for (String name : Collections.list(config.getInitParameterNames())) {
            if (!PARAMETERS.contains(name)) {
                throw new ServletException("filter " + config.getFilterName() + ": no init parameter " + name
                        + " is known; there are features and unmapped");
            }
        }
        try {
            CostFilter.Builder builder = CostFilter.builder(found);
            String features = config.getInitParameter("features");
            String unmapped = config.getInitParameter("unmapped");
            if (features != null) {
                builder.features(features);
            }
            if (unmapped != null) {
                builder.unmapped(unmapped);
            }
            builder.build();
            return builder;
        } catch (IllegalArgumentException e) {
            throw new ServletException("filter " + config.getFilterName() + ": " + e.getMessage(), e);
        }
    }
}
