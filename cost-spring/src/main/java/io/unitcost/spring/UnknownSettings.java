package io.unitcost.spring;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/** Refuses what is written under our names and read by nobody: a misspelt margin would be none, and a feature without it earn too much. */
final class UnknownSettings {

    private static final Map<String, Bindable<?>> GROUPS = Map.of(
            "unitcost.prices", Bindable.of(UnitcostProperties.Prices.class),
            "unitcost.limits", Bindable.of(UnitcostProperties.Limits.class),
            "unitcost.ledger", Bindable.of(UnitcostProperties.Ledger.class),
            "unitcost.features", Bindable.mapOf(String.class, UnitcostProperties.Feature.class),
            "unitcost.pools", Bindable.mapOf(String.class, UnitcostProperties.Pool.class));

    private UnknownSettings() {}

    static void refuse(Environment environment) {
        Binder binder = Binder.get(environment);
        GROUPS.forEach((name, type) -> refuse(binder, name, type));
    }

    private static void refuse(Binder binder, String name, Bindable<?> type) {
        try {
            binder.bind(
                    name,
                    type,
                    new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
        } catch (BindException e) {
            if (e.getCause() instanceof UnboundConfigurationPropertiesException unknown) {
                throw refused(name, unknown);
            }
            // of another form: the properties themselves say that
        }
    }

    private static InvalidSettingException refused(String name, UnboundConfigurationPropertiesException unknown) {
        ConfigurationProperty first = unknown.getUnboundProperties().iterator().next();
        List<String> others = unknown.getUnboundProperties().stream()
                .skip(1)
                .map(property -> property.getName().toString())
                .toList();
        boolean isNamed = name.equals("unitcost.features") || name.equals("unitcost.pools");
        return new InvalidSettingException(
                first.getName().toString(),
                first.getValue(),
                "nothing reads it"
                        + (others.isEmpty() ? "" : others.stream().collect(Collectors.joining(", ", ", nor ", ""))),
                "correct its name"
                        + (isNamed
                                ? "; a name with a dot stands in brackets: " + name
                                        + ".[support.chat].revenue, in YAML \"[support.chat]\""
                                : ""));
    }
}
