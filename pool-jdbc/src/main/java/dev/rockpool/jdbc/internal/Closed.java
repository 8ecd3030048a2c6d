package dev.rockpool.jdbc.internal;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/** The error for whoever uses what is closed. */
final class Closed {
    private static final String DOES_NOT_EXIST = "08003";

    private Closed() {}

    /**
     * @param what is closed; the first word of the message
     */
    static SQLException error(String what) {
        return new SQLNonTransientConnectionException(what + " is closed", DOES_NOT_EXIST);
    }
}
