package io.unitcost.servlet.matrix;

/** Throws what the compiler would not let us. */
final class Throwing {

    private Throwing() {}

    static void anyway(Throwable failure) {
        Throwing.<RuntimeException>unchecked(failure);
    }

    static void closing(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            anyway(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void unchecked(Throwable failure) throws T {
        throw (T) failure;
    }
}
