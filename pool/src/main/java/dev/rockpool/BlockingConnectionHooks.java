package dev.rockpool;

/**
 * {@link ConnectionHooks} for Java and other blocking code. The pool calls them on threads that may block, with the
 * same time limits. A call that exceeds its limit is left behind.
 *
 * @param <C> what is pooled
 */
public interface BlockingConnectionHooks<C> {
    /** Called for each new connection. If it throws, the connect has failed. */
    default void afterOpen(C connection) throws Exception {}

    /**
     * Called before a connection is lent. If it throws, the connection is closed and another one is tried, at most
     * three times.
     */
    default void beforeLend(C connection) throws Exception {}

    /** Called after a connection was returned. If it throws, the connection is closed. */
    default void afterReturn(C connection) throws Exception {}
}
