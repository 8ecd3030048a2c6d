package dev.rockpool.jdbc.internal.errors;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.util.function.Predicate;

/** The errors of transactions of one pool. */
public final class TransactionErrors {
    private static final String RESOLUTION_UNKNOWN = "08007";
    private static final String ROLLED_BACK = "40000";
    private static final String IN_FAILED_TRANSACTION = "25P02";
    private static final String WAS_CLOSED = "08003";
    private static final String COMPLETION_UNKNOWN = "40003";

    /** PostgreSQL's idle_in_transaction_session_timeout. It ends a session only while that waits for a statement. */
    private static final String IDLE_IN_TRANSACTION = "25P03";

    private final String pool;

    /** @param pool the name of the pool */
    public TransactionErrors(String pool) {
        this.pool = "pool '" + pool + "': ";
    }

    /**
     * Whether a commit that failed with this error has certainly committed nothing, because the database refused or was
     * not asked. Otherwise the outcome is unknown.
     *
     * @param fatal whether an error means that the connection is lost
     */
    public static boolean isAnswer(Throwable failure, Predicate<SQLException> fatal) {
        if (!(failure instanceof SQLException error) || failure instanceof SQLTimeoutException) return false;
        String state = error.getSQLState();
        if (IDLE_IN_TRANSACTION.equals(state)) return true;
        // If the lease was ended during the call, the driver's error is the cause.
        if (WAS_CLOSED.equals(state))
            return !(error.getCause() instanceof SQLException cause) || isAnswer(cause, fatal);
        return !COMPLETION_UNKNOWN.equals(state) && !fatal.test(error);
    }

    /** The connection failed during the commit. */
    public SQLException unknown(Throwable cause) {
        return unknown(
                "the connection failed during the commit, so it is unknown whether the transaction was committed; it "
                        + "is not tried again: ",
                cause);
    }

    /** An update of a batched statement failed, alone or in a batch, and may have been committed. */
    public SQLException unknownUpdate(Throwable cause) {
        return unknown(
                "it is unknown whether an update was committed, because the connection was lost or a rollback did not "
                        + "undo everything; it is not tried again: ",
                cause);
    }

    private SQLException unknown(String what, Throwable cause) {
        String said = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new SQLNonTransientConnectionException(
                pool + what + said
                        + ". Try: look in the database for what it did, then do it again if it is not there.",
                RESOLUTION_UNKNOWN,
                cause instanceof SQLException error ? error.getErrorCode() : 0,
                cause);
    }

    /** A rollback to a savepoint failed, so undone work is still there. */
    public SQLException doomed(Throwable cause) {
        return new SQLTransactionRollbackException(
                pool + "the transaction was rolled back, because rolling back to a savepoint in it had failed "
                        + "(see the cause): what that savepoint should undo would have been committed",
                ROLLED_BACK,
                cause);
    }

    /** The database has aborted the transaction, but its block continued. */
    public SQLException failed() {
        return new SQLException(
                pool + "the transaction was rolled back, because a statement in it had failed and its block went on: "
                        + "the database keeps nothing of such a transaction. Try: let the failure out of the block, or run "
                        + "the statement in a savepoint.",
                IN_FAILED_TRANSACTION);
    }

    /** The block returned while a part of it was still running. */
    public IllegalStateException unfinished() {
        return new IllegalStateException(
                pool + "the transaction was rolled back, because its block returned while another coroutine was "
                        + "in a savepoint of it. Try: wait for all that the block started before it returns.");
    }

    /** The caller has outlived the transaction. */
    public IllegalStateException ended() {
        return new IllegalStateException(
                pool + "this transaction has ended, so code that outlives its block cannot use it. Try: wait "
                        + "for all coroutines that its block starts, or start them in a scope of their own.");
    }

    /** Another coroutine is in a savepoint. */
    public IllegalStateException busy() {
        return new IllegalStateException(
                pool + "another coroutine is in a savepoint of this transaction, and a connection does one thing "
                        + "at a time. Try: one savepoint after the other, or a transaction each.");
    }

    /** A nested transaction asks for another isolation level. */
    public IllegalStateException isolation(int wanted, int actual) {
        return new IllegalStateException(
                pool + "isolation " + name(wanted)
                        + " was asked for inside a transaction with isolation " + name(actual)
                        + ", of which it would be a part. Try: ask for it in the outermost transaction, or leave it out in the inner one.");
    }

    /** A nested transaction of a read-only one asks for write access. */
    public IllegalStateException readOnly() {
        return new IllegalStateException(
                pool + "readOnly = false was asked for inside a read-only transaction, of which it would be a "
                        + "part. Try: do not make the outermost transaction read-only, or leave it out in the inner one.");
    }

    private static String name(int isolation) {
        return switch (isolation) {
            case Connection.TRANSACTION_NONE -> "NONE";
            case Connection.TRANSACTION_READ_UNCOMMITTED -> "READ_UNCOMMITTED";
            case Connection.TRANSACTION_READ_COMMITTED -> "READ_COMMITTED";
            case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE_READ";
            case Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
            default -> String.valueOf(isolation);
        };
    }
}
