package dev.rockpool.internal.engine.acquire;

import dev.rockpool.ConnectFailedException;
import dev.rockpool.internal.base.NanoMath;
import java.util.function.LongSupplier;

/**
 * The attempts to lend one caller a connection that is prepared for it. A connection that cannot be prepared is
 * discarded, and another one is tried, up to three in all and within the caller's own timeout.
 *
 * <p>Used by one caller.
 */
public final class PrepareAttempts {
    private static final int ATTEMPTS = 3;

    private final AcquireErrors errors;
    private final LongSupplier clock;
    private final long began;
    private final long deadline;
    private int failed;

    /**
     * @param clock nanoseconds that never go back
     * @param timeout how long the caller waits in all, in nanoseconds; {@code Long.MAX_VALUE} for ever
     */
    PrepareAttempts(AcquireErrors errors, LongSupplier clock, long timeout) {
        this.errors = errors;
        this.clock = clock;
        this.began = clock.getAsLong();
        this.deadline = NanoMath.after(began, Math.max(timeout, 0));
    }

    /** How long the caller has waited, in nanoseconds. */
    public long waited() {
        return clock.getAsLong() - began;
    }

    /** How long the caller still waits, in nanoseconds; {@code Long.MAX_VALUE} for ever. */
    public long left() {
        return deadline == Long.MAX_VALUE ? deadline : deadline - clock.getAsLong();
    }

    /**
     * A connection could not be prepared, and is gone.
     *
     * @throws ConnectFailedException if that was the last attempt
     */
    public void failed(Throwable cause) {
        failed++;
        if (failed == ATTEMPTS) throw errors.unprepared(cause);
    }
}
