package dev.rockpool.internal.engine.acquire;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.ConnectFailedException;
import dev.rockpool.internal.base.NanoMath;
import java.util.function.LongSupplier;

/**
 * The attempts to give one caller a prepared connection. A connection that cannot be prepared is discarded, and the
 * next one is tried: at most three in all, within the caller's timeout.
 *
 * <p>Used by one caller.
 */
public final class PrepareAttempts {
    private static final int ATTEMPTS = 3;

    private final AcquireErrors errors;
    private final LongSupplier clock;
    private final long began;
    private final long deadline;
    private final boolean waits;
    private int failed;

    /**
     * @param clock a monotonic clock, in nanoseconds
     * @param timeout the total wait of the caller in nanoseconds; {@code Long.MAX_VALUE} means no limit
     */
    PrepareAttempts(AcquireErrors errors, LongSupplier clock, long timeout) {
        this.errors = errors;
        this.clock = clock;
        this.began = clock.getAsLong();
        this.deadline = NanoMath.after(began, Math.max(timeout, 0));
        this.waits = timeout > 0;
    }

    /** The time until the deadline in nanoseconds; {@code Long.MAX_VALUE} means no deadline. */
    public long left() {
        return deadline == Long.MAX_VALUE ? deadline : deadline - clock.getAsLong();
    }

    /**
     * Counts a connection that could not be prepared and was discarded.
     *
     * @throws AcquireTimeoutException if no time is left for another one
     * @throws ConnectFailedException if that was the last attempt
     */
    public void failed(Throwable cause) {
        if (waits && left() <= 0) throw errors.unpreparedInTime(clock.getAsLong() - began, cause);
        failed++;
        if (failed == ATTEMPTS) throw errors.unprepared(cause);
    }
}
