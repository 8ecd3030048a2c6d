package dev.rockpool.jdbc.internal.budget;

import java.sql.SQLException;

/** The server shares the coordinator's session between clients, so locks of the session do not last. */
public final class SharedSessionException extends SQLException {
    private static final long serialVersionUID = 1;

    SharedSessionException() {
        super("the coordinator's session is shared with other clients, as PgBouncer does in transaction mode."
                + " Its advisory locks do not last. Give the budget a URL of the server itself");
    }
}
