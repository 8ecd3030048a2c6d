package dev.rockpool.examples.bench.cases;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.infra.Blackhole;

/** What a caller does while it holds a connection. */
interface Hold {
    void with(Connection connection) throws SQLException;

    /** Keeps the processor busy. */
    static Hold computing(long tokens) {
        return connection -> Blackhole.consumeCPU(tokens);
    }

    /** Leaves the processor to others, like a caller that waits for a server. */
    static Hold parked(long nanos) {
        return connection -> {
            long end = System.nanoTime() + nanos;
            // A park may end early.
            for (long left = nanos; left > 0; left = end - System.nanoTime()) LockSupport.parkNanos(left);
        };
    }

    /** Runs a trivial query. */
    static Hold selecting() {
        return Hold::selectOne;
    }

    /** Runs this query and reads its rows. */
    static Hold running(String sql) {
        return connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) throw new SQLException("no row");
            }
        };
    }

    /** Runs a query that takes as long as the driver is configured to take. */
    static void query(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1")) {
            statement.execute();
        }
    }

    static void selectOne(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1");
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) throw new SQLException("no row");
        }
    }
}
