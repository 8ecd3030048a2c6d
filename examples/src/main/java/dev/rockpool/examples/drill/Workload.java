package dev.rockpool.examples.drill;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.random.RandomGenerator;

/** What a caller does with a connection, again and again. Implementations are thread-safe. */
interface Workload {
    /** Creates what the workload needs, on a connection beside the pool. */
    void prepare(Connection connection) throws SQLException;

    /** Whether an operation is a transaction, which the caller has to commit or roll back. */
    boolean isTransactional();

    /** One operation. */
    void run(Connection connection, RandomGenerator random) throws SQLException;

    /** Says what the operations left behind. */
    Check verify(Connection connection) throws SQLException;

    /** Removes what {@link #prepare} created. */
    void cleanUp(Connection connection) throws SQLException;
}
