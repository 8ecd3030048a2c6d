package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.internal.engine.acquire.PrepareAttempts;
import java.util.concurrent.Executor;

/** A call whose caller waits for its outcome. */
public abstract class BatchCall<A, R> extends BatchItem<A, R> {
    /** Its place in the pool's queue; the latest one, if it had several. */
    private volatile Turn<A, R> turn;

    /** When it times out unless it was sent, by the pool's clock; {@code Long.MAX_VALUE} for never. */
    private long deadline;

    /** Null unless the pool has hooks or a preparer. */
    private PrepareAttempts attempts;

    protected BatchCall(A key) {
        super(key);
    }

    /** Gives the caller the outcome. Called once, on any thread, when the connection is free again. */
    protected abstract void answer();

    /** The caller, for the pool's diagnosis: a thread or a job; null if unknown. */
    protected Object holder() {
        return null;
    }

    /** Runs a batch that began with this call, on a thread that may block. */
    protected void execute(Executor executor, Runnable batch) {
        executor.execute(batch);
    }

    final Turn<A, R> turn() {
        return turn;
    }

    final void turn(Turn<A, R> next) {
        turn = next;
    }

    final long deadline() {
        return deadline;
    }

    final PrepareAttempts attempts() {
        return attempts;
    }

    final void begins(long until, PrepareAttempts prepares) {
        deadline = until;
        attempts = prepares;
    }
}
