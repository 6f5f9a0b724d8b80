package io.unitcost.spring;

import io.unitcost.slo.CostObjectives;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ResourceUtils;

/** The objectives that the release gate reads too, where {@code unitcost.objectives} says. */
final class ObjectivesFile {

    private static final String PROPERTY = "unitcost.objectives";

    private final @Nullable String location;

    ObjectivesFile(UnitcostProperties properties) {
        this.location = properties.objectives();
    }

    CostObjectives read(ResourceLoader resources) {
        String known = Settings.required(
                PROPERTY, location, "give where the file is, such as cost-slo.json, or leave the setting out");
        Resource file = ResourceUtils.isUrl(known) ? resources.getResource(known) : new FileSystemResource(known);
        if (!file.isReadable()) {
            throw missing(known, file, null);
        }
        try (InputStream in = file.getInputStream()) {
            return CostObjectives.read(in, known);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    PROPERTY, known, Settings.reason(e), "correct the file; docs/gate.md has the format", e);
        } catch (IOException e) {
            throw missing(known, file, e);
        }
    }

    private static InvalidSettingException missing(String location, Resource file, @Nullable IOException cause) {
        return new InvalidSettingException(
                PROPERTY,
                location,
                "there is no file that can be read at " + file.getDescription(),
                "give a path, relative to where the application is started or absolute, or one such as classpath:cost-slo.json",
                cause);
    }

    /** What to call it. */
    String name() {
        return location == null ? "the bean CostObjectives" : location;
    }

    /** A refusal of the meter, by the name of the property where the file is what it refuses. */
    RuntimeException located(IllegalArgumentException refusal, CostObjectives file) {
        String reason = Settings.reason(refusal);
        boolean isItsCurrency =
                reason.startsWith("objective of ") && reason.contains(" is in " + file.currency() + " ");
        return location == null || !isItsCurrency
                ? refusal
                : new InvalidSettingException(
                        PROPERTY, location, reason, "write the file in the currency of the prices", refusal);
    }
}
