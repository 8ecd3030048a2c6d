package dev.rockpool.internal.core.connectivity;

import dev.rockpool.ConnectFailure;
import dev.rockpool.internal.core.connectivity.Connectivity.Down;
import dev.rockpool.internal.core.connectivity.Connectivity.Failing;
import dev.rockpool.internal.core.connectivity.Connectivity.Up;

/**
 * The pool's {@link Connectivity}. Openers report their connects here, the keeper opens and closes the breaker, and
 * the wait queue reads whether callers are refused. Thread-safe.
 */
public final class ConnectivityTracker {
    private static final Up UP = new Up();

    private final BackoffFunction backoff;
    private volatile Connectivity current = UP;
    private volatile boolean retryRequested;
    private long lastSuccess = Long.MIN_VALUE;

    public ConnectivityTracker(BackoffFunction backoff) {
        this.backoff = backoff;
    }

    /** What is known now. */
    public Connectivity current() {
        return current;
    }

    /** The failed connects since the latest success; null when there are none. */
    public Failing failing() {
        return current.failing();
    }

    /** Whether the latest connect failed. */
    public boolean isFailing() {
        return failing() != null;
    }

    /** Null unless the breaker is open. */
    public Down down() {
        return current instanceof Down down ? down : null;
    }

    /** A connect succeeded. Returns what was known before. */
    public synchronized Connectivity succeeded(long now) {
        Connectivity before = current;
        lastSuccess = now;
        become(UP);
        return before;
    }

    /**
     * A connect failed.
     *
     * @param began when it began
     * @param random uniform in 0..1, for the jitter
     * @param open how many connections are open; matters if the server is full
     * @return what was known before; null if it is out of date: it began before the latest success. A full server is
     *     never out of date, since that success may have taken its last place.
     */
    public Connectivity failed(ConnectFailure kind, Throwable cause, long began, long now, double random, int open) {
        Failing seen = failing();
        // Without the lock: this may be user code.
        long pause = backoff.after(seen == null ? 1 : seen.failures() + 1, random);
        boolean full = kind == ConnectFailure.FULL;
        synchronized (this) {
            if (!full && began < lastSuccess) return null;
            Connectivity before = current;
            Failing earlier = before.failing();
            Failing next = new Failing(
                    earlier == null ? began : earlier.since(),
                    earlier == null ? 1 : earlier.failures() + 1,
                    now,
                    pause,
                    full ? open : Integer.MAX_VALUE,
                    kind,
                    cause);
            current = before instanceof Down down ? new Down(down.since(), next) : next;
            return before;
        }
    }

    /** Opens the breaker: callers fail from now on. Does nothing if a connect has succeeded meanwhile, or it is open. */
    public synchronized void openBreaker(long since) {
        if (current instanceof Failing failing) current = new Down(since, failing);
    }

    /** Closes the breaker: callers may wait again. */
    public synchronized void closeBreaker() {
        if (current instanceof Down down) become(down.failing());
    }

    private void become(Connectivity next) {
        if (current instanceof Down) retryRequested = false;
        current = next;
    }

    /** A caller was refused. Returns true for the first one since the latest attempt: the keeper must look then. */
    public boolean requestRetry() {
        if (retryRequested) return false;
        retryRequested = true;
        return true;
    }

    /** Whether a caller was refused since the latest attempt to connect. */
    public boolean isRetryRequested() {
        return retryRequested;
    }

    /** An attempt to connect has begun. */
    public void attempted() {
        if (retryRequested) retryRequested = false;
    }
}
