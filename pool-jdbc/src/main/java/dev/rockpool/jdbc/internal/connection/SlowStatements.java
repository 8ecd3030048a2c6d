package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.jdbc.SlowStatement;
import dev.rockpool.jdbc.SlowStatementListener;

/** Reports slow statements to the user's listener or the log. */
final class SlowStatements {
    /** More of a statement is rarely worth reading. */
    private static final int READABLE = 1_000;

    private SlowStatements() {}

    /**
     * A listener that never throws, because its failure must not fail a statement.
     *
     * @param listener null for the log
     */
    static SlowStatementListener guarded(SlowStatementListener listener) {
        if (listener == null) return SlowStatements::log;
        return statement -> {
            try {
                listener.slow(statement);
            } catch (Throwable e) { // Errors too
                PoolLogKt.logWarn(e, () -> "pool '" + statement.pool() + "': the listener for slow statements failed");
            }
        };
    }

    private static void log(SlowStatement statement) {
        PoolLogKt.logWarn(null, () -> {
            String text = statement.toString();
            return text.substring(0, Math.min(text.length(), READABLE));
        });
    }
}
