package dev.rockpool.jdbc.internal.connection;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import kotlinx.coroutines.Job;

/**
 * The token of a block that runs on a thread. Its calls are cancelled when the thread is interrupted while the block
 * runs, or when the block times out.
 *
 * <p>An interrupt ends only one statement, because the block may still have to record why. It does not end a statement
 * of another thread that works for the block, but the timeout does.
 */
public final class ThreadToken extends CancellationToken {
    private final String pool;
    private final Thread thread = Thread.currentThread();
    private final Duration limit;
    private final long deadline;
    private volatile boolean heedsInterrupts = !thread.isInterrupted();

    /** Whether an interrupt was seen. Some drivers clear the thread's own flag. */
    private volatile boolean sawInterrupt;

    /** @param limit how long the block may take in total; null for no limit */
    public ThreadToken(String pool, Duration limit) {
        this.pool = pool;
        this.limit = limit;
        this.deadline = limit == null ? 0 : System.nanoTime() + nanos(limit);
    }

    /** Limited to 146 years, so that adding it to the time cannot overflow. */
    private static long nanos(Duration limit) {
        return limit.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0 ? Long.MAX_VALUE / 2 : limit.toNanos();
    }

    @Override
    public Job jobHere() {
        return null;
    }

    @Override
    public boolean hasGivenUp(Thread calling, Job job) {
        return isInterrupted(calling) || isOver();
    }

    private boolean isInterrupted(Thread calling) {
        if (calling != thread || !heedsInterrupts || !thread.isInterrupted()) return false;
        sawInterrupt = true;
        return true;
    }

    public boolean isOver() {
        return remaining() <= 0;
    }

    /** Nanoseconds until the block times out; {@code Long.MAX_VALUE} for never. */
    public long remaining() {
        return limit == null ? Long.MAX_VALUE : deadline - System.nanoTime();
    }

    @Override
    public SQLException cancelled(Thread calling, Job job, SQLException error) {
        if (isOver()) {
            return new SQLTimeoutException(
                    "pool '" + pool + "': a statement was cancelled because its transaction took longer than "
                            + limit.toMillis() + " ms",
                    error.getSQLState(),
                    error.getErrorCode(),
                    error);
        }
        if (calling != thread || !sawInterrupt) return error; // the pool has ended the lease
        sawInterrupt = false;
        heedsInterrupts = false;
        InterruptedException cause = new InterruptedException("interrupted while a statement ran");
        cause.addSuppressed(error);
        return new SQLException(
                "pool '" + pool + "': a statement was cancelled because its thread was interrupted",
                error.getSQLState(),
                error.getErrorCode(),
                cause);
    }
}
