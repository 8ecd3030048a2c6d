package dev.rockpool.jdbc.internal.errors;

import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Classifies the rejection of a setting. */
public final class RefusedSettings {
    /**
     * Prefixes of temporary SQLStates: connection lost, conflict, no resources, in use, operator intervention, internal
     * error, standby server, lock timeout.
     */
    private static final List<String> PASSING = List.of("08", "40", "53", "55", "57", "58", "XX", "25006", "HYT");

    private RefusedSettings() {}

    /** Whether the next attempt will get the same answer, because the error does not mean "not now" or "not here". */
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

    /** Advice for the user. */
    static String advice(String property) {
        return switch (property) {
            case "initSql", "resetSql" -> "correct that statement, or give the user the right to run it";
            case "transactionIsolation" -> "choose a level that this database has";
            case "catalog", "schema" -> "see that it exists, and that the user may use it";
            default -> "leave it out, or choose a value that this database accepts";
        };
    }
}
