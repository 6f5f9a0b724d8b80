package io.unitcost.samples.inference;

/** What the played models say. */
final class Answers {

    /** Always the same; to the last line, which is the question, whatever pages stand above it. */
    static String to(String prompt) {
        String question = prompt.substring(prompt.lastIndexOf('\n') + 1);
        return "No model has read this, but one that had would know: " + question;
    }

    private Answers() {}
}
