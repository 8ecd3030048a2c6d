package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.connection.PhysicalConnection;

/**
 * Open rows that keep the write lock.
 *
 * @param writes whether the statement behind them writes, so that no transaction can be committed before they are
 *   closed
 * @param close closes the driver's result set
 */
record WriteLockingCursor(boolean writes, PhysicalConnection.Step close) {
    /** Two of them are never equal. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
