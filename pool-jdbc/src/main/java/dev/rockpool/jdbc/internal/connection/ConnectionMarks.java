package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;

/**
 * The changes of the current user to a connection that must be undone for the next one: one mark each, in one word.
 *
 * <p><b>Key idea.</b> Without marks the connection is unchanged, and a return costs one volatile read and no call of
 * the driver. The marks of a restored connection are cleared in one step at the very end. So a thread that sees no mark
 * sees a restored connection.
 *
 * <p>A mark is set before the call that needs it, so that a call that fails halfway is undone, too.
 *
 * <p>A base class instead of a field, so that reading the word needs no indirection.
 */
abstract class ConnectionMarks {
    /** Something ran since the connection was leased. */
    static final int RAN = 1;

    /** With autoCommit off, something ran since the last commit or rollback. */
    static final int PENDING = 1 << 1;

    /** The connection must not be lent again. */
    static final int BROKEN = 1 << 2;

    /** A call was cancelled, or is being cancelled. */
    static final int CANCELLED = 1 << 3;

    /** The user's hooks or the driver must be called on every return, so the connection is never clean. */
    static final int HOOKED = 1 << 4;

    /** A call failed, so the connection may be closed. */
    static final int FAILED = 1 << 5;

    /** The user had an object of the driver, whose use cannot be tracked. */
    static final int UNSEEN = 1 << 6;

    /** A call that executes nothing may have left a warning. */
    static final int MAY_WARN = 1 << 7;

    /** The user has a statement whose text changes the session state, and may run it at any time. */
    static final int TEXT = 1 << 8;

    /** The first of the marks that mean "this {@link SessionAttribute} was changed". */
    static final int FIRST_ATTRIBUTE = 1 << 9;

    private static final VarHandle MARKS;

    static {
        try {
            MARKS = MethodHandles.lookup().findVarHandle(ConnectionMarks.class, "marks", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile int marks;

    final int marks() {
        return marks;
    }

    final boolean hasNoMark() {
        return marks == 0;
    }

    /** Whether one of these marks is set. */
    final boolean hasMark(int wanted) {
        return hadMark(marks, wanted);
    }

    /** Whether these marks contain one of the wanted ones. */
    static boolean hadMark(int marks, int wanted) {
        return (marks & wanted) != 0;
    }

    final void mark(int wanted) {
        if ((marks & wanted) != wanted) MARKS.getAndBitwiseOr(this, wanted);
    }

    final void unmark(int unwanted) {
        if ((marks & unwanted) != 0) MARKS.getAndBitwiseAnd(this, ~unwanted);
    }

    /** Clears all marks except these. Returns the previous marks. */
    final int keepOnly(int kept) {
        return (int) MARKS.getAndBitwiseAnd(this, kept);
    }

    /** A full fence even if the mark is already set: see {@link Cancellation}. */
    final void cancelled() {
        MARKS.getAndBitwiseOr(this, CANCELLED);
    }

    final void uncancelled() {
        MARKS.getAndBitwiseAnd(this, ~CANCELLED);
    }

    /** Whether a call was cancelled, or is being cancelled. */
    public final boolean isCancelled() {
        return hasMark(CANCELLED);
    }

    public final boolean isBroken() {
        return hasMark(BROKEN);
    }

    /**
     * Called when a call to the server threw something else than an SQLException, such as an OutOfMemoryError. How much
     * of it was sent and read is unknown, so the next user could read the rest of the answer.
     */
    public final void threw(Throwable e) {
        boolean sentNothing = e instanceof AbstractMethodError
                || e instanceof UnsupportedOperationException
                || e instanceof CancellationException;
        if (!sentNothing) breakDown();
    }

    /** Marks the connection as broken, so that it is never lent again. */
    public final void breakDown() {
        mark(BROKEN);
    }
}
