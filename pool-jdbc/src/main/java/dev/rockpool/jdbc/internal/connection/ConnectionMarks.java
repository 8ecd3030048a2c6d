package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the present user did to a connection, and must be undone before the next one: one mark for each, in one word.
 *
 * <p><b>Key idea.</b> Without a mark the connection is as the pool lent it, and a return costs one volatile read and no call of the driver. The
 * marks of a restored connection are taken off in one step at the very end. So a thread that sees none sees a fit connection.
 *
 * <p>A mark is set before the call that needs it: a call that fails half way is undone, too.
 *
 * <p>A base class and no part, so that the word is read without another field.
 */
abstract class ConnectionMarks {
    /** Something ran since it was lent. */
    static final int RAN = 1;

    /** With autoCommit off, something ran since the last commit or rollback. */
    static final int PENDING = 1 << 1;

    /** Not to be lent again. */
    static final int BROKEN = 1 << 2;

    /** A call was cancelled, or is being cancelled. */
    static final int CANCELLED = 1 << 3;

    /** Its user, or the driver, wants to hear of every return, so it is never clean. */
    static final int HOOKED = 1 << 4;

    /** A call failed: it may be closed. */
    static final int FAILED = 1 << 5;

    /** Its user had an object of the driver, and nobody saw what was done with that. */
    static final int UNSEEN = 1 << 6;

    /** A call that runs nothing may have left a warning. */
    static final int MAY_WARN = 1 << 7;

    /** Its user has a statement whose text changes the state of the session, and may run it at any time. */
    static final int TEXT = 1 << 8;

    /** The first of the marks that say "this {@link SessionAttribute} was changed". */
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

    /** Whether one of these marks was set among those. */
    static boolean hadMark(int marks, int wanted) {
        return (marks & wanted) != 0;
    }

    final void mark(int wanted) {
        if ((marks & wanted) != wanted) MARKS.getAndBitwiseOr(this, wanted);
    }

    final void unmark(int unwanted) {
        if ((marks & unwanted) != 0) MARKS.getAndBitwiseAnd(this, ~unwanted);
    }

    /** Takes off all marks but these. Returns those there were. */
    final int keepOnly(int kept) {
        return (int) MARKS.getAndBitwiseAnd(this, kept);
    }

    /** A full fence, also if the mark is there: see {@link Cancellation}. */
    final void cancelled() {
        MARKS.getAndBitwiseOr(this, CANCELLED);
    }

    final void uncancelled() {
        MARKS.getAndBitwiseAnd(this, ~CANCELLED);
    }

    public final boolean isBroken() {
        return hasMark(BROKEN);
    }

    /** It must never be lent again. */
    public final void breakDown() {
        mark(BROKEN);
    }
}
