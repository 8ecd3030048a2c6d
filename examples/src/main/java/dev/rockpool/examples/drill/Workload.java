package dev.rockpool.examples.drill;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.random.RandomGenerator;

/** The operation that callers repeat. Implementations are thread-safe. */
interface Workload {
    /** Creates what the workload needs, on a connection outside the pool. */
    void prepare(Connection connection) throws SQLException;

    /** Whether an operation is a transaction that the caller commits or rolls back. */
    boolean isTransactional();

    /** Runs one operation. */
    void run(Connection connection, RandomGenerator random) throws SQLException;

    /** Checks what the operations left behind. */
    Check verify(Connection connection) throws SQLException;

    /** Removes what {@link #prepare} created. */
    void cleanUp(Connection connection) throws SQLException;
}
