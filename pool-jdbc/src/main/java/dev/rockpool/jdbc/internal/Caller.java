package dev.rockpool.jdbc.internal;

import java.sql.SQLException;

/**
 * Whoever a connection works for, as far as the pool can see that they do not want the answer any more.
 *
 * <p>Asked from any thread.
 */
public abstract class Caller {
    /** Whether the call that is under way is of no use to them. */
    abstract boolean hasGivenUp();

    /**
     * What a call that was cancelled for them ends with.
     *
     * @param error the driver's
     * @return thrown by the call; or it is thrown here, when it is no SQLException
     */
    abstract SQLException cancelled(SQLException error);
}
