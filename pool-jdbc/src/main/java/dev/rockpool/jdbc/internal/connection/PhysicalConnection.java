package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * What the JDBC pool holds: a connection of the driver, and what its present user did to it.
 *
 * <p><b>Key idea.</b> Everything that must be undone before the next user is one mark in one word. No mark and no open
 * statement: the connection is as the pool lent it, and a return costs one volatile read and no call of the driver. The
 * marks of a restored connection are taken off in one step at the very end, so whoever sees none sees a fit connection.
 *
 * <p>A mark is set before the call that needs it: a call that fails half way is undone, too.
 *
 * <p>Internal, and public only because the pool's type names it.
 */
public class PhysicalConnection {
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

    private static final String BROKE = "it broke while it was used";
    private static final String CLOSED = "its user closed it, or the driver did";
    private static final VarHandle MARKS;
    private static final VarHandle CALL;

    static {
        try {
            MARKS = MethodHandles.lookup().findVarHandle(PhysicalConnection.class, "marks", int.class);
            CALL = MethodHandles.lookup().findVarHandle(PhysicalConnection.class, "call", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Connection driver;
    private final ConnectionPolicy policy;

    /** The marks that a lease does not end with. */
    private final int lasting;

    private final OpenHandles open = new OpenHandles();
    private final SessionState state;
    private final StatementSettings settings;
    private final StatementCache cache;

    /** Null where there is nothing to look after. */
    private final Leftovers leftovers;

    /** The same if it looks at texts; else null. */
    private final Leftovers reader;

    /** Whether the driver wants to be told when a lease begins and ends. */
    private final boolean hasRequests;

    private final Cancellation cancellation = new Cancellation(this);
    private volatile boolean autoCommit;
    private volatile int marks;
    private PostgresSession serverSession;
    private Traffic traffic;
    private long calls;

    @SuppressWarnings("unused") // through CALL
    private long call;

    /** Takes over a connection that is set up as every user shall find it. */
    public PhysicalConnection(Connection driver, ConnectionPolicy policy) throws SQLException {
        this(driver, policy, Leftovers.of(policy, driver));
    }

    /**
     * @param leftovers null where statements leave nothing behind, or others see to it
     */
    protected PhysicalConnection(Connection driver, ConnectionPolicy policy, Leftovers leftovers) throws SQLException {
        this.driver = driver;
        this.policy = policy;
        this.settings = policy.statements();
        this.cache = settings.newCache();
        this.state = new SessionState(this);
        this.autoCommit = state.keepAutoCommit();
        this.hasRequests = Requests.areKnownTo(driver);
        this.lasting = policy.hooks() == null && !hasRequests ? BROKEN : BROKEN | HOOKED;
        this.marks = lasting & HOOKED;
        this.leftovers = leftovers;
        this.reader = leftovers != null && leftovers.looksAtTexts() ? leftovers : null;
        if (leftovers != null) endSetUp();
        driver.clearWarnings(); // of the login
    }

    /** What set it up may have begun a transaction. */
    private void endSetUp() throws SQLException {
        policy.setup().initSql().forEach(leftovers::sees);
        leftovers.endTransaction(Leftovers.COMMIT, autoCommit, false);
        leftovers.forget();
    }

    /** Which session of its server this is, as far as that is known. */
    public PostgresSession serverSession() {
        return serverSession;
    }

    public void serverSession(PostgresSession session) {
        this.serverSession = session;
    }

    /** What passes its socket; null when that cannot be seen. */
    public void traffic(Traffic seen) {
        this.traffic = seen;
    }

    /** The driver's connection. */
    public Connection driver() {
        return driver;
    }

    public ConnectionPolicy policy() {
        return policy;
    }

    OpenHandles open() {
        return open;
    }

    StatementSettings settings() {
        return settings;
    }

    /** Null when prepared statements are not kept. */
    StatementCache cache() {
        return cache;
    }

    /** Whether a statement that gave rows runs on until they are closed, although nobody asked for them. */
    public boolean keepsUnseenRows() {
        return false;
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    /** Whether there is nothing to undo. */
    boolean isClean() {
        return marks == 0 && open.isEmpty();
    }

    public boolean isBroken() {
        return (marks & BROKEN) != 0;
    }

    /** It must never be lent again. */
    public void breakDown() {
        mark(BROKEN);
    }

    /** Said before every call that may reach the server. */
    void ran() {
        mark(autoCommit ? RAN : RAN | PENDING);
    }

    /** Called before a call that executes nothing but may leave a warning. */
    void mayWarn() {
        mark(MAY_WARN);
    }

    /** Called with a text before it executes, or when it is prepared. */
    void sees(String sql) throws SQLException {
        state.sees(sql, reader);
    }

    /** Whether the server has given the open transaction up, and keeps nothing of it, as far as the driver knows. */
    boolean hasFailedTransaction() throws SQLException {
        return leftovers != null && leftovers.hasFailedTransaction();
    }

    /** Its user gets an object of the driver itself. */
    void unwrapped() {
        ran();
        mark(UNSEEN);
    }

    /** Said before a call that reaches the server only to look after it, and opens a transaction if autoCommit is off. */
    void looked() {
        if (!autoCommit) ran();
    }

    // Two threads that use one connection without a block may take each other's number; after the last call of all it
    // is 0.

    /** Called before a statement executes or fetches rows. In a block it waits until no other thread is in a call. */
    void began() throws SQLException {
        CancellationToken caller = cancellation.caller();
        if (caller != null) begin(caller, false);
        CALL.setRelease(this, calls += 2);
    }

    /** Said before another call that may wait for the server: a commit, a rollback. It is never cancelled. */
    void beganVital() throws SQLException {
        CancellationToken caller = cancellation.caller();
        if (caller != null) begin(caller, true);
        CALL.setRelease(this, (calls += 2) | 1);
    }

    /** The mark is read after the compare-and-set of the caller, and that comes after the end of the call before. */
    private void begin(CancellationToken caller, boolean vital) throws SQLException {
        if (caller.begin(vital) && (marks & CANCELLED) != 0) cancellation.settle();
    }

    /** Whether the call of this number must not be cancelled. */
    public static boolean isVital(long call) {
        return (call & 1) != 0;
    }

    /** Called after either of them, on the same thread. */
    void ended() {
        CALL.setOpaque(this, 0L);
        CancellationToken caller = cancellation.caller();
        if (caller != null) caller.end();
    }

    /** The number of the call that is under way; 0 when there is none. */
    public long callUnderWay() {
        return (long) CALL.getAcquire(this);
    }

    /** The same, and another one for each read and each write inside the call, as far as they can be seen. */
    public long stepUnderWay() {
        long call = callUnderWay();
        if (call == 0 || traffic == null) return call;
        long step = traffic.underWay(System.nanoTime());
        return step == 0 ? -call : step;
    }

    /** Whether the call under way is seen to read or write, and nothing has passed for so many nanoseconds. */
    public boolean isQuiet(long limit) {
        return traffic != null && traffic.isQuiet(limit, System.nanoTime());
    }

    /** Breaks down if this error says that the connection is lost. Returns what the user gets. */
    public SQLException failed(SQLException error) {
        mark(FAILED);
        if (policy.isFatal(error)) breakDown();
        return (marks & CANCELLED) == 0 ? error : cancellation.judge(error);
    }

    void cancelled() {
        MARKS.getAndBitwiseOr(this, CANCELLED);
    }

    void uncancelled() {
        MARKS.getAndBitwiseAnd(this, ~CANCELLED);
    }

    SessionState state() {
        return state;
    }

    boolean isAutoCommit() {
        return autoCommit;
    }

    /** The driver is in this mode now. If that is another one, it has committed, as JDBC has it. */
    void autoCommit(boolean now) throws SQLException {
        if (autoCommit == now) return;
        autoCommit = now;
        state.forgetNames();
        unmark(PENDING);
    }

    void commit() throws SQLException {
        boolean undone = hasMark(SessionState.NAMES) && hasFailedTransaction();
        driver.commit();
        if (undone) state.forgetNames();
        unmark(PENDING);
    }

    void rollback() throws SQLException {
        driver.rollback();
        state.forgetNames();
        unmark(PENDING);
    }

    void rollback(Savepoint savepoint) throws SQLException {
        driver.rollback(savepoint);
        state.forgetNames();
    }

    boolean hasRequests() {
        return hasRequests;
    }

    /**
     * Makes the connection what it was when it was lent: open statements closed, then the transaction rolled back, then
     * what was changed set back, then warnings cleared. Said by one thread, once per lease.
     *
     * @return null, or why it cannot be used again
     */
    public String restore() {
        CALL.setRelease(this, (calls += 2) | 1); // without a turn: a thread still in a call has outlived the lease
        try {
            if ((marks & CANCELLED) != 0 && !cancellation.awaitAsked()) breakDown();
            if (isBroken()) return BROKE;
            if ((marks & (FAILED | UNSEEN)) != 0 && driver.isClosed()) {
                breakDown();
                return CLOSED;
            }
            for (Handle handle = open.take(); handle != null; handle = open.take()) handle.closeDriver();
            endTransaction();
            if (marks >= FIRST_ATTRIBUTE) state.restore(marks);
            if (cache != null && (hasMark(SessionState.NAMES | TEXT | UNSEEN) || policy.hooks() != null))
                cache.resume();
            if (leftovers != null && (marks & RAN) != 0) leftovers.endSubscriptions();
            if (policy.setup().reset(driver, (marks & RAN) != 0, autoCommit)) endReset();
            driver.clearWarnings();
            if (hasRequests) driver.endRequest();
        } catch (Throwable e) { // whatever a driver throws, Errors too, costs this connection and nothing else
            breakDown();
            return "it could not be restored: " + e;
        } finally {
            CALL.setOpaque(this, 0L);
        }
        int before = (int) MARKS.getAndBitwiseAnd(this, lasting);
        return (before & BROKEN) != 0 ? BROKE : null;
    }

    private void endTransaction() throws SQLException {
        if ((marks & PENDING) != 0) driver.rollback();
        endLeftTransaction();
        if (leftovers != null) leftovers.forget();
    }

    /** What resets it may have begun a transaction, too. */
    private void endReset() throws SQLException {
        if (leftovers == null) return;
        policy.setup().resetSql().forEach(leftovers::sees);
        policy.setup().initSql().forEach(leftovers::sees);
        endLeftTransaction();
        leftovers.forget();
    }

    private void endLeftTransaction() throws SQLException {
        boolean ran = leftovers != null && (marks & RAN) != 0;
        if (ran) leftovers.endTransaction(Leftovers.ROLLBACK, autoCommit, (marks & (FAILED | UNSEEN)) != 0);
        boolean mode = ran ? leftovers.autoCommit(autoCommit) : autoCommit;
        if (mode == autoCommit && (marks & UNSEEN) != 0) mode = driver.getAutoCommit();
        if (mode == autoCommit) return;
        if (leftovers == null) Leftovers.setAutoCommit(driver, autoCommit);
        else leftovers.setAutoCommit(autoCommit);
    }

    /** Whether one of these marks is set. */
    boolean hasMark(int wanted) {
        return (marks & wanted) != 0;
    }

    void mark(int wanted) {
        if ((marks & wanted) != wanted) MARKS.getAndBitwiseOr(this, wanted);
    }

    private void unmark(int unwanted) {
        if ((marks & unwanted) != 0) MARKS.getAndBitwiseAnd(this, ~unwanted);
    }

    @Override
    public String toString() {
        return driver.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(driver));
    }

    /** One call of the driver. */
    public interface Step {
        void run() throws SQLException;
    }
}
