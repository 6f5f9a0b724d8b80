package io.unitcost.spring.ai;

import io.unitcost.Attempt;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.image.observation.ImageModelObservationContext;
import org.springframework.beans.factory.ObjectProvider;

/** Calls of image models: so many images of a size and quality. Spring AI passes no usage on. */
final class ImageCalls extends ModelCalls<ImageModelObservationContext> {

    private static final Unit IMAGES = Unit.of("output_images");
    private static final Pattern QUALIFIER = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,31}");

    private final ObjectProvider<ImageModel> models;

    /** @param models asked for its usual options if there is only one: an observation has only those of the call */
    ImageCalls(ObservedCalls calls, ObjectProvider<ImageModel> models) {
        super(ImageModelObservationContext.class, calls);
        this.models = models;
    }

    @Override
    @Nullable
    ObservedCall open(ImageModelObservationContext context) {
        ObservedCall call = calls().open(context, null);
        return call == null ? null : call.asking(calls().providerId(name(context)), asked(context, "model"));
    }

    /** What was asked for, with this call or usually. */
    private @Nullable String asked(ImageModelObservationContext context, String option) {
        String own = Native.text(context.getRequest().getOptions(), option);
        return own == null || own.isEmpty() ? Native.text(models.getIfUnique(), "options", option) : own;
    }

    @Override
    @Nullable
    Attempt answer(ObservedCall call, ImageModelObservationContext context) {
        ImageResponse response = context.getResponse();
        if (response == null) {
            return null;
        }
        int images = response.getResults().size();
        return call.attempt(null).usage(Usage.of(unit(context), images)).build();
    }

    private Unit unit(ImageModelObservationContext context) {
        List<String> qualifiers = new ArrayList<>();
        add(qualifiers, asked(context, "quality"));
        String width = asked(context, "width");
        String height = asked(context, "height");
        add(qualifiers, width != null && height != null ? width + "x" + height : asked(context, "size"));
        return qualifiers.isEmpty() ? IMAGES : IMAGES.qualified(qualifiers.toArray(new String[0]));
    }

    private static void add(List<String> qualifiers, @Nullable String said) {
        String qualifier = said == null ? "" : said.toLowerCase(Locale.ROOT);
        if (QUALIFIER.matcher(qualifier).matches() && !qualifier.equals("auto")) {
            qualifiers.add(qualifier);
        }
    }
}
