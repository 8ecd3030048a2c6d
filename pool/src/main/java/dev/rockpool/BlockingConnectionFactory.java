package dev.rockpool;

import java.util.List;

/**
 * How one kind of connection is opened, checked and closed, by calls that block. The pool makes them on threads kept for that, never on a caller's.
 *
 * <p>All methods may be called concurrently for different connections, and never concurrently for the same one (but
 * {@link #abort}). A call that takes longer than its timeout is left behind: its slot is freed, and a connection that it opens all the same is closed.
 *
 * @param <C> what is pooled
 */
public interface BlockingConnectionFactory<C> {
    /** Opens one connection. Null or an exception, an {@code Error} too, is a failed connect. */
    C open() throws Exception;

    /** Closes a connection for good. An exception is logged; the connection counts as closed. */
    void close(C connection) throws Exception;

    /** Cuts off a connection that is still in use by somebody who did not return it. Must not wait. {@link #close} is called next. */
    default void abort(C connection) throws Exception {}

    /** Asks the other side whether this idle connection is alive. False or an exception: it is closed. */
    default boolean probe(C connection) throws Exception {
        return true;
    }

    /** Looks at a connection that its user returns. Called on the user's thread at every release: no I/O, no waiting. */
    default ReturnState inspect(C connection) {
        return ReturnState.CLEAN;
    }

    /** Makes a {@link ReturnState#DIRTY} connection fit for the next user. On an exception it is closed. */
    default void reset(C connection) throws Exception {}

    /**
     * A number for the call that this leased connection is in now, another one for each call, and 0 while there is none. Asked at any time,
     * from any thread, and must not wait. Always 0, the default, when that is not known: then {@link #findLost} is never asked.
     */
    default long callUnderWay(C connection) {
        return 0;
    }

    /**
     * Which of these connections the other side does not work for any more, although each has been in one call for
     * {@link PoolConfig#getStuckCallTimeout stuckCallTimeout} or longer. Asked through the witness, which is in nobody else's hands.
     */
    default List<C> findLost(List<C> silent, C witness) throws Exception {
        return List.of();
    }

    /** Whether a failed {@link #open} is worth another try. */
    default ConnectFailure classify(Throwable error) {
        return ConnectFailure.TRANSIENT;
    }

    /** What callers and logs are told of a failed {@link #open}: what went wrong and what to look after, and no secret. */
    default String explain(Throwable error) {
        return error.getMessage() != null ? error.getMessage() : error.toString();
    }
}
