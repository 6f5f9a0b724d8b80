package io.unitcost.samples.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's embeddings: vectors that count words, so that texts which share words are near each other. The same text
 * always has the same vector, of length 1.
 */
final class Embeddings {

    private static final int USUAL_DIMENSIONS = 1_536;
    private static final int MOST_DIMENSIONS = 8_192;

    /**
     * @throws tools.jackson.core.JacksonException if it is not JSON
     * @throws IllegalArgumentException if the model or a number of dimensions is missing
     */
    static Reply answer(byte[] body) {
        JsonNode json = Json.read(body);
        String model = Asked.read(body).model();
        JsonNode input = json.path("input");
        boolean isOne = input.isString() || input.path(0).isNumber();
        int count = isOne ? 1 : input.size();
        int dimensions = json.path("dimensions").asInt(USUAL_DIMENSIONS);
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "dimensions: " + dimensions + " is not a size; give 1 to " + MOST_DIMENSIONS);
        }
        boolean base64 = json.path("encoding_format").asString("float").equals("base64");
        String data = IntStream.range(0, count)
                .mapToObj(i -> Json.of(
                        "{\"object\":\"embedding\",\"index\":%d,\"embedding\":%s}",
                        i, written(vector(isOne ? input : input.get(i), dimensions), base64)))
                .collect(Collectors.joining(","));
        long tokens = isOne
                ? tokens(input)
                : IntStream.range(0, count).mapToLong(i -> tokens(input.get(i))).sum();
        String answer = Json.of(
                "{\"object\":\"list\",\"data\":[%s],\"model\":%s,\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d}}",
                data, Json.quoted(model), tokens, tokens);
        return Reply.json(Reply.OK, answer, Bill.embedding(model, tokens));
    }

    /** A text, or the numbers of its tokens. */
    private static long tokens(JsonNode input) {
        return input.isString() ? Tokens.of(input.asString()) : input.size();
    }

    private static float[] vector(JsonNode input, int dimensions) {
        float[] vector = new float[dimensions];
        for (String word :
                input.asString(input.toString()).toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            vector[Math.floorMod(word.hashCode(), dimensions)] += word.isEmpty() ? 0 : 1;
        }
        double square = IntStream.range(0, dimensions)
                .mapToDouble(i -> vector[i] * vector[i])
                .sum();
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= (float) Math.sqrt(square);
        }
        return vector;
    }

    private static String written(float[] vector, boolean base64) {
        if (!base64) {
            return Arrays.toString(vector);
        }
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Json.quoted(Base64.getEncoder().encodeToString(bytes.array()));
    }

    private Embeddings() {}
}
