package dev.rockpool.jdbc.internal.batch;

/** One call: its key and, once it has run, its outcome. Used by one thread at a time. */
public abstract class BatchItem<A, R> {
    private final A key;
    private R value;
    private Throwable error;
    private boolean done;

    protected BatchItem(A key) {
        this.key = key;
    }

    public final A key() {
        return key;
    }

    /** Whether its caller does not need the result any more. Called from any thread. */
    public abstract boolean isAbandoned();

    final void succeed(R result) {
        value = result;
        done = true;
    }

    final void fail(Throwable failure) {
        error = failure;
        done = true;
    }

    /** Whether it has an outcome. */
    public final boolean isDone() {
        return done;
    }

    /** The result. Valid if there is no error. */
    public final R value() {
        return value;
    }

    /** Why it failed; null if it did not. */
    public final Throwable error() {
        return error;
    }
}
