package dev.rockpool.jdbc.internal.sqlite;

/**
 * Decides when one SQLite connection takes the write lock, when it may release it, and what has happened to its
 * transaction. Pure logic: it runs nothing and gets SQLite's answers as arguments. {@link WriteLockingTransaction}
 * carries out the decisions.
 *
 * <p><b>When the lock is taken.</b>
 * <ul>
 * <li>With autoCommit: by a statement that may write, until the statement and its result set have ended.
 * <li>In a transaction: by its first statement, which begins the transaction again as IMMEDIATE or EXCLUSIVE. Otherwise
 * a transaction that reads first and writes later is refused if another one wrote in between, and waiting does not help.
 * <li>In a DEFERRED transaction, if that is configured: by its first statement that may write.
 * <li>In a read-only transaction: never.
 * <li>In a shared in-memory database: by every statement, because readers lock its tables, too.
 * </ul>
 *
 * <p><b>When it is released.</b> When the transaction ends, at the latest when the lease ends. After SQL text that may
 * begin or end one, SQLite is asked whether a transaction is open.
 *
 * <p><b>Open rows of a write.</b> With autoCommit the driver begins and commits a transaction after each statement.
 * While rows of a write ({@code insert ... returning}) are open, SQLite refuses that commit, and the driver leaves the
 * transaction open. So the pool itself begins one as soon as such rows are open (the bracket), and commits it when the
 * last of them are closed.
 *
 * <p>Tested by {@code WriteLockRulesTest}, and with the driver by {@code SqliteSequenceTest}.
 */
final class WriteLockRules {
    /** What has happened to a transaction, and what must be done. */
    enum Aftermath {
        /** The transaction continues, or there was none. */
        NONE,

        /** With autoCommit the driver has begun a transaction that it could not commit, so it must be rolled back. */
        ROLL_BACK,

        /**
         * The transaction has ended. Open rows of its writes must be closed, because they would keep the next one from
         * being committed.
         */
        CLOSE_WRITES,

        /** The same, and the next one must begin, because without autoCommit the driver assumes that one is open. */
        CLOSE_WRITES_AND_BEGIN
    }

    private final boolean deferred;
    private final boolean always;

    /** Without autoCommit: a statement has run in this transaction. */
    private volatile boolean ran;

    /** With autoCommit: SQL text has begun a transaction. */
    private volatile boolean begunByText;

    /** With autoCommit: the pool has begun one for open rows of writes. */
    private volatile boolean bracket;

    /** SQLite has ended the transaction by itself, after an error. */
    private volatile boolean lost;

    /** The user has the driver's connection, whose use cannot be tracked. */
    private volatile boolean unseen;

    /** It is unknown whether a transaction is open, so SQLite must be asked before the next statement. */
    private volatile boolean stateUnknown;

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

    boolean isStateUnknown() {
        return stateUnknown;
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

    /** Whether a statement that has just taken the lock must restart the driver's transaction. */
    boolean beginsAnew(boolean transaction) {
        return transaction && !ran && !queryOnly && !deferred;
    }

    /** Called before a statement runs. */
    void runs(boolean transaction) {
        ran = transaction;
    }

    /** Whether SQLite must be asked after this statement whether a transaction is open. */
    static boolean mustAsk(StatementKind kind, boolean failed) {
        return kind == StatementKind.CONTROL || failed;
    }

    /**
     * The effect of a statement or its failure on the transaction.
     *
     * @param open whether a transaction is open, according to SQLite
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

    /** The same after a failed call other than a statement, which may have begun or lost a transaction. */
    Aftermath settle(boolean autoCommit, boolean open) {
        if (autoCommit) return afterOwn(StatementKind.WRITE, open);
        if (!open) lost = true;
        return Aftermath.NONE;
    }

    /** Called when a call failed, or SQLite could not be asked. */
    void stateUnknown() {
        stateUnknown = true;
    }

    /** Called when SQLite has answered. */
    void stateKnown() {
        stateUnknown = false;
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

    /** Whether the lock is no longer needed. */
    boolean mayRelease(boolean rowsAreOpen) {
        return !rowsAreOpen && !begunByText && !bracket && !ran;
    }

    /** Whether there is nothing to roll back, so that no rollback is sent, which would need the lock. */
    boolean isUntouched(boolean holdsLock) {
        return always && !ran && !holdsLock;
    }

    /** Called when the driver's transaction was rolled back. */
    void rolledBack() {
        lost = false;
    }

    /** Called when a transaction of the driver has ended. */
    void ended() {
        ran = false;
    }

    void queryOnly(boolean now) {
        queryOnly = now;
    }

    /** Called when the user gets the driver's connection. */
    void unwrapped(boolean transaction) {
        unseen = true;
        ran = transaction;
    }

    /** Whether a transaction may be open with autoCommit when the lease ends. */
    boolean mayBeOpen() {
        return begunByText || unseen || stateUnknown;
    }

    /** Called when the lease has ended. Forgets everything unknown. */
    void leaseEnded() {
        begunByText = false;
        unseen = false;
    }
}
