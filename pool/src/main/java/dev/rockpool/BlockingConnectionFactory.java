package dev.rockpool;

import java.util.List;

/**
 * Opens, checks and closes one kind of connection with blocking calls. The pool makes these calls on its own threads,
 * never on a caller's thread, except for {@link #inspect}.
 *
 * <p>All methods may be called concurrently for different connections, but never for the same one, except
 * {@link #abort} and {@link #callUnderWay}. A call that exceeds its timeout is left behind: its slot is freed, and a
 * connection that it still opens is closed.
 *
 * @param <C> what is pooled
 */
public interface BlockingConnectionFactory<C> {
    /** Opens one connection. Null or an exception, even an {@code Error}, is a failed connect. */
    C open() throws Exception;

    /** Closes a connection. An exception is logged, and the connection counts as closed. */
    void close(C connection) throws Exception;

    /** Aborts a connection whose lease was not returned. Must not wait. {@link #close} is called next. */
    default void abort(C connection) throws Exception {}

    /** Asks the server whether this idle connection is alive. On false or an exception it is closed. */
    default boolean probe(C connection) throws Exception {
        return true;
    }

    /**
     * Inspects a returned connection. Called on the releasing thread for every release, so it must not do I/O or wait.
     */
    default ReturnState inspect(C connection) {
        return ReturnState.CLEAN;
    }

    /** Resets a {@link ReturnState#DIRTY} connection for the next caller. On an exception it is closed. */
    default void reset(C connection) throws Exception {}

    /**
     * Identifies the call that this leased connection is executing now: a new number for each call, and 0 while there
     * is none. Called at any time, from any thread, and must not wait. The default, always 0, means unknown. Then
     * {@link #findLost} is never called.
     */
    default long callUnderWay(C connection) {
        return 0;
    }

    /**
     * Returns the connections that the server no longer works for. Each has been in one call for
     * {@link PoolConfig#getStuckCallTimeout stuckCallTimeout} or longer. {@code witness} is another connection to ask
     * the server with; no caller uses it meanwhile.
     */
    default List<C> findLost(List<C> silent, C witness) throws Exception {
        return List.of();
    }

    /** Classifies a failed {@link #open}: whether a retry makes sense. */
    default ConnectFailure classify(Throwable error) {
        return ConnectFailure.TRANSIENT;
    }

    /**
     * Explains a failed {@link #open} for callers and logs: what went wrong and what to check. Must not reveal secrets.
     */
    default String explain(Throwable error) {
        return error.getMessage() != null ? error.getMessage() : error.toString();
    }
}
