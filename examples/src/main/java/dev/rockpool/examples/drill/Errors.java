package dev.rockpool.examples.drill;

import dev.rockpool.AcquireTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** Classifies the exceptions of operations. */
final class Errors {
    private Errors() {}

    /** SQLState and class of an error: coarse enough to count, fine enough to see what went wrong. */
    static String kind(Throwable error) {
        String name = error.getClass().getSimpleName();
        if (error instanceof SQLException sql && sql.getSQLState() != null) return sql.getSQLState() + " " + name;
        return name;
    }

    /** Whether the error is an acquire timeout. Coroutines and JDBC users get different exceptions for it. */
    static boolean isAcquireTimeout(Throwable error) {
        return error instanceof AcquireTimeoutException || error instanceof SQLTransientConnectionException;
    }
}
