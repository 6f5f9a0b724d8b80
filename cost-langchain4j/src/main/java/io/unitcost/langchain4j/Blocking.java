package io.unitcost.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells whether listeners are told by a method that returns only with the answer, and so tells them of the end on the same
 * thread. Nothing that a listener is given says so; the stack does. When in doubt, no.
 */
final class Blocking {

    private static final int USUAL_FRAMES = 8;
    private static final int MOST_FRAMES = 24;
    private static final StackWalker STACK =
            StackWalker.getInstance(Set.of(Option.RETAIN_CLASS_REFERENCE), USUAL_FRAMES);
    private static final String STREAMING = StreamingChatModel.class.getName();
    private static final String EMBEDDING = EmbeddingModel.class.getPackageName();

    private Blocking() {}

    static boolean isChat() {
        return STACK.walk(Blocking::isChat);
    }

    static boolean isEmbedding() {
        return STACK.walk(Blocking::isEmbedding);
    }

    /** The innermost method of a model is the one that tells. */
    private static boolean isChat(Stream<StackFrame> frames) {
        Iterator<StackFrame> each = frames.iterator();
        for (int i = 0; i < MOST_FRAMES && each.hasNext(); i++) {
            StackFrame frame = each.next();
            Class<?> declaring = frame.getDeclaringClass();
            if (declaring == ChatModel.class) {
                return frame.getMethodName().equals("chat");
            }
            // or a class within it
            if (declaring.getName().startsWith(STREAMING)) {
                return false;
            }
        }
        return false;
    }

    private static boolean isEmbedding(Stream<StackFrame> frames) {
        Iterator<StackFrame> each = frames.iterator();
        for (int i = 0; i < MOST_FRAMES && each.hasNext(); i++) {
            StackFrame frame = each.next();
            String method = frame.getMethodName();
            if (frame.getDeclaringClass().getPackageName().equals(EMBEDDING) && !method.contains("onRequest")) {
                return method.equals("embed") || method.equals("embedAll") || method.equals("withListeners");
            }
        }
        return false;
    }
}
