package io.unitcost.servlet.matrix;

/**
 * What a client got.
 *
 * @param status 0 if there was not even that
 * @param isComplete whether the body ended as the protocol wants it, and was not cut off
 * @param trailers whether there was something after the body
 */
record Answer(int status, String body, boolean isComplete, boolean trailers) {

    Answer expect(int wanted) {
        if (status != wanted || !isComplete) {
            throw new AssertionError("expected a complete " + wanted + ", got " + this.brief());
        }
        return this;
    }

    Answer expect(int wanted, String text) {
        expect(wanted);
        if (!body.equals(text)) {
            throw new AssertionError("expected " + text + ", got " + brief());
        }
        return this;
    }

    private String brief() {
        return status + (isComplete ? " " : " (cut off) ") + body.substring(0, Math.min(80, body.length()));
    }
}
