package dev.rockpool.examples.bench;

/** The reason why a candidate could not be measured, in one line. */
public final class ForkFailure extends Exception {
    private final boolean hung;

    private ForkFailure(String message, boolean hung) {
        super(message);
        this.hung = hung;
    }

    static ForkFailure failed(String message) {
        return new ForkFailure(message, false);
    }

    static ForkFailure hung(double seconds) {
        return new ForkFailure("not done after %.0f s".formatted(seconds), true);
    }

    /** Whether it exceeded its time limit, as it would again. */
    boolean hung() {
        return hung;
    }
}
