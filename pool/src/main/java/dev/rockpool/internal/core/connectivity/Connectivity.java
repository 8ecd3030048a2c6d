package dev.rockpool.internal.core.connectivity;

import dev.rockpool.ConnectFailure;
import dev.rockpool.internal.base.NanoMath;

/**
 * What the pool knows about its server. Immutable; {@link ConnectivityTracker} holds the present one.
 *
 * <pre>
 *        a connect fails          no connection open for failFastAfter
 *   UP -----------------> FAILING ------------------------------------> DOWN
 *    ^                       |  ^                                         |
 *    |  a connect succeeds   |  |  failFastAfter was raised, or one opens  |
 *    +-----------------------+  +------------------------------------------+
 *    |                            a connect succeeds                      |
 *    +--------------------------------------------------------------------+
 * </pre>
 */
public sealed interface Connectivity {
    /** The failed connects since the latest success; null when the latest connect succeeded, or none has ended. */
    Failing failing();

    /** The latest connect succeeded, or none has ended yet. Ends when a connect fails. */
    record Up() implements Connectivity {
        @Override
        public Failing failing() {
            return null;
        }
    }

    /**
     * The latest connect failed, and callers wait. Ends when a connect succeeds, or when the breaker opens.
     *
     * @param since when the first connect of this series began
     * @param failures how many have failed since then
     * @param latest when the latest one failed
     * @param pause how long to wait before the next one, in nanoseconds
     * @param capacity how many connections were open when the server had no place for another; else {@code Integer.MAX_VALUE}
     * @param kind how the latest failure was classified
     * @param cause the latest failure
     */
    record Failing(
            long since, int failures, long latest, long pause, int capacity, ConnectFailure kind, Throwable cause)
            implements Connectivity {
        private static final long EAGER_LEAST = 10_000_000;
        private static final int EAGER_SHARE = 20;

        @Override
        public Failing failing() {
            return this;
        }

        /** Whether the server is only full: it has no room beside the open connections, which serve callers meanwhile. */
        public boolean isFull(int open) {
            return open > 0 && open >= capacity;
        }

        /** When the next connect is due. */
        public long due() {
            return NanoMath.after(latest, pause);
        }

        /**
         * When the next connect is due while callers wait: sooner. A server that has just gone may be back at once. One
         * that has been away for long may well stay away a little longer: the pause is a share of that time.
         *
         * @param atMost the longest such pause, in nanoseconds
         */
        public long dueEagerly(long atMost) {
            long share = Math.max(EAGER_LEAST, (latest - since) / EAGER_SHARE);
            return NanoMath.after(latest, Math.min(pause, Math.min(share, atMost)));
        }
    }

    /**
     * The breaker is open: callers fail at once. Ends when a connect succeeds, or when the breaker closes.
     *
     * @param since since when no connection has been open, and connects have failed
     * @param failing the failed connects
     */
    record Down(long since, Failing failing) implements Connectivity {
        /** Why a waiter fails. */
        public Outage outage() {
            return new Outage(this);
        }
    }
}
