package dev.rockpool.jdbc.internal.errors;

import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Tells what it means that a setting was refused. */
public final class RefusedSettings {
    /**
     * The beginnings of SQLStates that pass: lost, conflict, no resources, in use, stopped by an operator, internal; and those of a standby
     * or a lock.
     */
    private static final List<String> PASSING = List.of("08", "40", "53", "55", "57", "58", "XX", "25006", "HYT");

    private RefusedSettings() {}

    /** Tells whether the answer will be the same next time: nothing in it says "not now" or "not here". */
    public static boolean isFinal(SQLException refusal, Vendor vendor) {
        return Causes.of(refusal)
                .noneMatch(cause -> cause instanceof SQLTransientException
                        || cause instanceof SQLRecoverableException
                        || cause instanceof IOException
                        || cause instanceof TimeoutException
                        || cause instanceof InterruptedException
                        || cause instanceof SQLException error && isPassing(error, vendor));
    }

    private static boolean isPassing(SQLException error, Vendor vendor) {
        String state = error.getSQLState();
        return state != null && PASSING.stream().anyMatch(state::startsWith)
                || vendor.isPassing(state, error.getErrorCode());
    }

    /** What to do about it. */
    static String advice(String property) {
        return switch (property) {
            case "initSql", "resetSql" -> "correct that statement, or give the user the right to run it";
            case "transactionIsolation" -> "choose a level that this database has";
            case "catalog", "schema" -> "see that it exists, and that the user may use it";
            default -> "leave it out, or choose a value that this database accepts";
        };
    }
}
