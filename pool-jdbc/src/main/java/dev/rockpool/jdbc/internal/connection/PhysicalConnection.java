package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * What the JDBC pool holds: a connection of the driver, and what its present user did to it. The marks say what must be undone before the next
 * user, and {@link Restoration} undoes that.
 *
 * <p>Internal, and public only because the pool's type names it.
 */
public class PhysicalConnection extends ConnectionMarks {
    static final String BROKE = "it broke while it was used";
    private static final VarHandle CALL;

    static {
        try {
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

    private final Restoration restoration;

    /** The same if it looks at texts; else null. */
    private final Leftovers reader;

    /** Whether the driver wants to be told when a lease begins and ends. */
    private final boolean hasRequests;

    private final Cancellation cancellation = new Cancellation(this);
    private volatile boolean autoCommit;
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
        if ((lasting & HOOKED) != 0) mark(HOOKED);
        this.leftovers = leftovers;
        this.reader = leftovers != null && leftovers.looksAtTexts() ? leftovers : null;
        this.restoration = new Restoration(this, leftovers);
        restoration.endSetUp();
        driver.clearWarnings(); // of the login
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
        return hasNoMark() && open.isEmpty();
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
        if (caller.begin(vital) && hasMark(CANCELLED)) cancellation.settle();
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
        return hasMark(CANCELLED) ? cancellation.judge(error) : error;
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
        String unfit;
        try {
            unfit = restoration.run();
        } finally {
            CALL.setOpaque(this, 0L);
        }
        if (unfit != null) return unfit;
        return hadMark(keepOnly(lasting), BROKEN) ? BROKE : null;
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
