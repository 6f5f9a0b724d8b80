package io.unitcost.samples.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts, counts and flags as KServe's tensors. Servers send them raw: little endian, texts behind their length. */
final class Tensors {

    static final String TEXT_INPUT = "text_input";
    static final String TEXT_OUTPUT = "text_output";
    static final String INPUT_TOKENS = "num_input_tokens";
    static final String OUTPUT_TOKENS = "num_output_tokens";
    /** Before the name of a count: asks for it. Triton counts only when asked to. */
    static final String RETURN = "return_";

    static void input(Draft request, String text) {
        Draft tensor = tensor(request, "inputs", TEXT_INPUT, "BYTES");
        request.add("inputs", tensor.set("contents", tensor.inside("contents").add("bytes_contents", bytes(text))));
    }

    static void askFor(Draft request, String count) {
        Draft tensor = tensor(request, "inputs", RETURN + count, "BOOL");
        request.add("inputs", tensor.set("contents", tensor.inside("contents").add("bool_contents", true)));
    }

    static String inputText(Message request) {
        Message contents = Draft.message(input(request, TEXT_INPUT), "contents");
        return ((ByteString) Draft.all(contents, "bytes_contents").get(0)).toStringUtf8();
    }

    static boolean isAskedFor(Message request, String count) {
        return Draft.messages(request, "inputs").stream()
                .anyMatch(input -> Draft.text(input, "name").equals(RETURN + count));
    }

    private static Message input(Message request, String name) {
        return Draft.messages(request, "inputs").stream()
                .filter(input -> Draft.text(input, "name").equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the request has no input " + name));
    }

    static void output(Draft response, String name, String text) {
        ByteString bytes = bytes(text);
        response.add("outputs", tensor(response, "outputs", name, "BYTES"))
                .add("raw_output_contents", number(bytes.size()).concat(bytes));
    }

    static void output(Draft response, String name, int count) {
        response.add("outputs", tensor(response, "outputs", name, "UINT32")).add("raw_output_contents", number(count));
    }

    /** The text of an answer; empty if it has none. */
    static String outputText(Message response) {
        List<Message> outputs = Draft.messages(response, "outputs");
        for (int i = 0; i < outputs.size(); i++) {
            if (Draft.text(outputs.get(i), "name").equals(TEXT_OUTPUT)) {
                ByteString raw =
                        (ByteString) Draft.all(response, "raw_output_contents").get(i);
                return raw.substring(Integer.BYTES).toStringUtf8();
            }
        }
        return "";
    }

    private static Draft tensor(Draft message, String field, String name, String type) {
        return message.inside(field).set("name", name).set("datatype", type).add("shape", 1L);
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.UTF_8);
    }

    private static ByteString number(int value) {
        return ByteString.copyFrom(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private Tensors() {}
}
