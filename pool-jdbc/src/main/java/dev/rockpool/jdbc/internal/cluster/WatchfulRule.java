package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.jdbc.FatalError;
import dev.rockpool.jdbc.FatalErrorRule;
import java.sql.SQLException;

/**
 * Asks for an early look at the members when a statement fails because a connection is lost, a server goes down, or a
 * session is read-only. The answers decide, so an error of the user's own read-only session changes nothing.
 *
 * @param user the user's rule, which judges the error; null for none
 * @param look asks the members soon
 */
public record WatchfulRule(FatalErrorRule user, Runnable look) implements FatalErrorRule {
    private static final String READ_ONLY = "25006";

    @Override
    public FatalError judge(SQLException error) {
        String state = error.getSQLState();
        if (state != null && (state.startsWith("08") || state.startsWith("57P") || state.equals(READ_ONLY))) look.run();
        return user == null ? FatalError.DEFAULT : user.judge(error);
    }
}
