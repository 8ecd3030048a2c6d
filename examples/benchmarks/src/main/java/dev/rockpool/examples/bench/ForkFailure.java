package dev.rockpool.examples.bench;

/** A candidate that could not be measured; the message is one line that says why. */
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

    /** Whether it took too long; it would again. */
    boolean hung() {
        return hung;
    }
}
