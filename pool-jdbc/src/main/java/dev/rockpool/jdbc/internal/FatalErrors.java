package dev.rockpool.jdbc.internal;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.util.Set;

/** Which errors say that a connection is lost, whatever becomes of the statement that met them. */
final class FatalErrors {
    /** Classes of SQLStates: connection exceptions. */
    private static final String LOST = "08";

    private static final Set<String> STATES = Set.of(
            "57P01", // PostgreSQL: terminated by an administrator
            "57P02", // PostgreSQL: the server crashed
            "57P03", // PostgreSQL: cannot connect now
            "01002", // disconnect error
            "JZ0C0", // Sybase: the connection is closed already
            "JZ0C1"); // Sybase: an I/O error closed the connection

    /** How far a chain is followed; some drivers build long ones, or rings. */
    private static final int FURTHEST = 10;

    private FatalErrors() {}

    static boolean isFatal(SQLException error) {
        SQLException next = error;
        for (int i = 0; i <= FURTHEST && next != null; i++) {
            if (isFatalAlone(next)) return true;
            next = next.getNextException();
        }
        return false;
    }

    private static boolean isFatalAlone(SQLException error) {
        if (error instanceof SQLRecoverableException) return true; // by definition: close it and get another
        String state = error.getSQLState();
        return state != null && (state.startsWith(LOST) || STATES.contains(state));
    }
}
