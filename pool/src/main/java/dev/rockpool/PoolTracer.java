package dev.rockpool;

import java.time.Duration;

/**
 * Follows what costs callers time: waits, probes and leases. See {@link PoolControl#addTracer}. Each method does nothing
 * unless it is overridden.
 *
 * <p>Each method must return at once, and must not wait for a lock that a caller may hold. If it throws, that is logged,
 * and the caller is served as usual. A pool without a tracer pays nothing. A caller that is served at once is never
 * traced.
 */
public interface PoolTracer {
    /**
     * A caller begins to wait for a connection. Called on the caller's thread, so a span that is bound to the thread is
     * the caller's. Leave such bindings as they are.
     *
     * @return called when the wait has ended; null for none
     */
    default Wait waitBegins(WaitStart start) {
        return null;
    }

    /**
     * A connection was probed, before a lease, after one or while it was idle.
     *
     * @param failure why it counts as dead; null if it is alive
     */
    default void probed(String pool, long connection, Duration took, Throwable failure) {}

    /**
     * A lease ended. Called for a sample of them, at most about 1,000 per second, on the thread that released it.
     *
     * @param caller the name of the caller ({@link Caller}); null if it has none
     */
    default void leaseEnded(String pool, long connection, Duration held, String caller) {}

    /** Called when a wait has ended. */
    @FunctionalInterface
    interface Wait {
        /**
         * The wait has ended. Called once, before the caller continues, and often on another thread.
         *
         * @param connection the number of the connection; 0 unless the caller was served
         * @param failure the error that the caller gets; null if it was served or cancelled
         */
        void ended(WaitOutcome outcome, long connection, Throwable failure);
    }

    /** How a wait ended. */
    enum WaitOutcome {
        SERVED,
        TIMED_OUT,

        /** The caller was cancelled or interrupted. */
        CANCELLED,

        /** The caller was rejected or shed, connecting failed, or the pool was closed. */
        FAILED
    }

    /** A wait that begins. Immutable. */
    final class WaitStart {
        private final String pool;
        private final String caller;
        private final Priority priority;
        private final int pending;
        private final int leased;

        /**
         * @param caller null if it has no name
         * @param pending how many callers wait already
         */
        public WaitStart(String pool, String caller, Priority priority, int pending, int leased) {
            this.pool = pool;
            this.caller = caller;
            this.priority = priority;
            this.pending = pending;
            this.leased = leased;
        }

        /** The name of the pool. */
        public String getPool() {
            return pool;
        }

        /** The name of the caller ({@link Caller}); null if it has none. */
        public String getCaller() {
            return caller;
        }

        public Priority getPriority() {
            return priority;
        }

        /** How many callers wait already. */
        public int getPending() {
            return pending;
        }

        /** How many connections are leased. */
        public int getLeased() {
            return leased;
        }
    }
}
