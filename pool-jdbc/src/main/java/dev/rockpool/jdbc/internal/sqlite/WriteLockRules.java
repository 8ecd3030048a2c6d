package dev.rockpool.jdbc.internal.sqlite;

/**
 * Decides when one SQLite connection takes the write lock, when it may release it, and what has become of its transaction. Pure: it runs
 * nothing, and is told what SQLite answers. {@link WriteLockingTransaction} carries the decisions out.
 *
 * <p><b>When the lock is taken.</b>
 * <ul>
 *   <li>With autoCommit: by a statement that may write, until the statement and its result set have ended.
 *   <li>In a transaction: by its first statement, which begins the transaction anew as IMMEDIATE or EXCLUSIVE. Otherwise a transaction that
 *       reads first and writes later is refused if another one wrote in between, and waiting does not help.
 *   <li>In a DEFERRED transaction, if that is configured: by its first statement that may write.
 *   <li>In a read-only transaction: never.
 *   <li>In a shared in-memory database: by every statement, because readers lock its tables, too.
 * </ul>
 *
 * <p><b>When it is released.</b> When the transaction ends. After a text that may begin or end one, SQLite is asked whether a transaction is
 * open. At the latest when the lease ends.
 *
 * <p><b>Open rows of a write.</b> With autoCommit the driver begins and commits a transaction after each statement. While rows of a write
 * ({@code insert ... returning}) are open, SQLite refuses that commit, and the driver leaves the transaction open. So the pool itself begins
 * one as soon as such rows are open (the bracket), and commits it when the last of them are closed.
 *
 * <p>Attacked by {@code WriteLockRulesTest}, and with the driver by {@code SqliteSequenceTest}.
 */
final class WriteLockRules {
    /** What has become of a transaction, and what must be done about it. */
    enum Aftermath {
        /** It goes on, or there was none. */
        NONE,

        /** With autoCommit the driver has begun one that it could not commit: it is rolled back. */
        ROLL_BACK,

        /** It has ended: open rows of its writes are closed, because they would keep the next one from being committed. */
        CLOSE_WRITES,

        /** The same, and the next one is begun: without autoCommit the driver goes on as if it were open. */
        CLOSE_WRITES_AND_BEGIN
    }

    private final boolean deferred;
    private final boolean always;

    /** Without autoCommit: in this transaction a statement ran already. */
    private volatile boolean ran;

    /** With autoCommit: a text of SQL has begun a transaction. */
    private volatile boolean begunByText;

    /** With autoCommit: the pool has begun one, for open rows of writes. */
    private volatile boolean bracket;

    /** SQLite has ended the transaction by itself, after an error. */
    private volatile boolean lost;

    /** The user has the driver's own connection, and its use cannot be seen. */
    private volatile boolean unseen;

    /** It is not known whether a transaction is open: SQLite must be asked before the next statement. */
    private volatile boolean doubted;

    private volatile boolean queryOnly;

    /**
     * @param deferred whether transactions that may write begin DEFERRED
     * @param always whether reading needs the lock, too
     */
    WriteLockRules(boolean deferred, boolean always) {
        this.deferred = deferred;
        this.always = always;
    }

    boolean isAlways() {
        return always;
    }

    boolean isLost() {
        return lost;
    }

    boolean isDoubted() {
        return doubted;
    }

    boolean isQueryOnly() {
        return queryOnly;
    }

    boolean isBegunByText() {
        return begunByText;
    }

    boolean isBracketOpen() {
        return bracket;
    }

    /**
     * Whether a statement needs the lock.
     *
     * @param transaction whether autoCommit is off
     */
    boolean needsLock(boolean transaction, StatementKind kind) {
        if (always) return true;
        if (queryOnly) return false;
        if (transaction && !deferred) return true;
        return kind != StatementKind.READ && !(transaction && kind == StatementKind.READ_HOLDING);
    }

    /** Whether a statement that has just taken the lock begins the transaction of the driver anew. */
    boolean beginsAnew(boolean transaction) {
        return transaction && !ran && !queryOnly && !deferred;
    }

    /** A statement runs now. */
    void runs(boolean transaction) {
        ran = transaction;
    }

    /** Whether SQLite must be asked after a statement if a transaction is open. */
    static boolean mustAsk(StatementKind kind, boolean failed) {
        return kind == StatementKind.CONTROL || failed;
    }

    /**
     * What a statement, or its failure, has made of the transaction.
     *
     * @param open whether one is open, as SQLite says
     */
    Aftermath after(StatementKind kind, boolean failed, boolean autoCommit, boolean open) {
        if (autoCommit) return afterOwn(kind, open);
        if (open) return Aftermath.NONE;
        lost = failed;
        return failed ? Aftermath.CLOSE_WRITES : Aftermath.CLOSE_WRITES_AND_BEGIN;
    }

    private Aftermath afterOwn(StatementKind kind, boolean open) {
        boolean known = begunByText || bracket;
        bracket &= open;
        if (kind == StatementKind.CONTROL) begunByText = open;
        else if (!known && open) return Aftermath.ROLL_BACK;
        else begunByText &= open;
        return known && !open ? Aftermath.CLOSE_WRITES : Aftermath.NONE;
    }

    /** The same after a failed call that was no statement, which may have begun a transaction or lost one. */
    Aftermath settle(boolean autoCommit, boolean open) {
        if (autoCommit) return afterOwn(StatementKind.WRITE, open);
        if (!open) lost = true;
        return Aftermath.NONE;
    }

    /** A call failed, or SQLite could not be asked. */
    void doubt() {
        doubted = true;
    }

    /** SQLite has answered. */
    void isKnown() {
        doubted = false;
    }

    /** Whether rows that a statement left open keep the lock. */
    boolean keepsLock(StatementKind kind, boolean autoCommit) {
        return kind != StatementKind.READ || always && autoCommit && !begunByText;
    }

    /** Whether the pool begins a transaction because of open rows of a write. */
    boolean needsBracket(boolean autoCommit) {
        return autoCommit && !begunByText && !bracket;
    }

    void bracket(boolean open) {
        bracket = open;
    }

    /** Whether nothing needs the lock any more. */
    boolean mayRelease(boolean rowsAreOpen) {
        return !rowsAreOpen && !begunByText && !bracket && !ran;
    }

    /** Whether there is nothing to roll back. Even to say so would need the lock. */
    boolean isUntouched(boolean holdsLock) {
        return always && !ran && !holdsLock;
    }

    /** The transaction of the driver was rolled back. */
    void rolledBack() {
        lost = false;
    }

    /** A transaction of the driver has ended. */
    void ended() {
        ran = false;
    }

    void queryOnly(boolean now) {
        queryOnly = now;
    }

    /** The user gets the driver's own connection. */
    void unwrapped(boolean transaction) {
        unseen = true;
        ran = transaction;
    }

    /** Whether a transaction may be open with autoCommit when the lease ends. */
    boolean mayBeOpen() {
        return begunByText || unseen || doubted;
    }

    /** The lease has ended, and with it what was unknown. */
    void leaseEnded() {
        begunByText = false;
        unseen = false;
    }
}
