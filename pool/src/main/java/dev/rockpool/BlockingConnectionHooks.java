package dev.rockpool;

/**
 * {@link ConnectionHooks} for Java, and for code that blocks: called on threads that may block, with the bounds given there. A
 * call that exceeds its bound is left behind.
 *
 * @param <C> what is pooled
 */
public interface BlockingConnectionHooks<C> {
    /** Called for each new connection; when it throws, connecting has failed. */
    default void afterOpen(C connection) throws Exception {}

    /** Called before a connection is lent; when it throws the connection is closed and another one is tried, three times at most. */
    default void beforeLend(C connection) throws Exception {}

    /** Called when a connection was returned; when it throws the connection is closed. */
    default void afterReturn(C connection) throws Exception {}
}
