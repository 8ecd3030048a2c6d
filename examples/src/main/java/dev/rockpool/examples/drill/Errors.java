package dev.rockpool.examples.drill;

import dev.rockpool.AcquireTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** Sorts what operations throw. */
final class Errors {
    private Errors() {}

    /** SQLState and class of an error: coarse enough to count by, fine enough to know what went wrong. */
    static String kind(Throwable error) {
        String name = error.getClass().getSimpleName();
        if (error instanceof SQLException sql && sql.getSQLState() != null) return sql.getSQLState() + " " + name;
        return name;
    }

    /** Whether no connection came in time; a pool says so in one way to coroutines and in another to users of JDBC. */
    static boolean isAcquireTimeout(Throwable error) {
        return error instanceof AcquireTimeoutException || error instanceof SQLTransientConnectionException;
    }
}
