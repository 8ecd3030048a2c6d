package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.jdbc.internal.connection.PooledConnection;
import java.sql.SQLException;
import java.util.List;

/** Runs the calls of one statement on a connection. */
interface BatchWork<A, R> {
    /** Runs one call. */
    R runAlone(PooledConnection connection, A key) throws SQLException;

    /**
     * Runs several calls together. One without an outcome afterwards has changed nothing, and must run on another
     * connection.
     *
     * @return false if they did not run together, or some had to run again, one by one
     */
    boolean runTogether(PooledConnection connection, List<? extends BatchItem<A, R>> calls);

    /** Runs one call. It has an outcome afterwards. */
    default void run(PooledConnection connection, BatchItem<A, R> call) {
        try {
            call.succeed(runAlone(connection, call.key()));
        } catch (Throwable e) { // also errors of the user's functions
            call.fail(e);
        }
    }

    /**
     * Runs these calls one by one, until the connection is lost. Calls whose callers have given up do not run. A
     * failed call does not affect the transaction of the next one.
     */
    default void runEach(PooledConnection connection, List<? extends BatchItem<A, R>> calls) {
        for (BatchItem<A, R> call : calls) {
            if (call.isDone()) continue;
            if (call.isAbandoned()) {
                call.fail(new SQLException("cancelled before it ran"));
                continue;
            }
            if (connection.isLost()) return;
            run(connection, call);
            if (call.error() != null && !endFailed(connection)) return;
        }
    }

    /**
     * Ends a transaction in which a statement failed, if the pool's connections are in one. Returns false if it cannot.
     */
    static boolean endFailed(PooledConnection connection) {
        if (connection.isLost()) return false;
        try {
            if (!connection.getAutoCommit()) connection.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
