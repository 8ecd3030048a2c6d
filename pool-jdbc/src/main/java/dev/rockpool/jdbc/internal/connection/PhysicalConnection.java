package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.BlockingPreparer;
import dev.rockpool.CloseReason;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * A pooled connection of the driver, with the changes of its current user. The marks show what must be undone for the
 * next user, and {@link Restoration} undoes it.
 *
 * <p>Internal, and public only because the pool's type names it.
 */
public class PhysicalConnection extends ConnectionCalls {
    static final String BROKE = "it broke while it was used";

    private final Connection driver;
    private final ConnectionPolicy policy;

    /** The marks that stay when a lease ends. */
    private final int lasting;

    private final OpenHandles open = new OpenHandles();
    private final SessionState state;
    private final StatementSettings settings;
    private final StatementCache cache;

    /** Null if statements leave nothing behind. */
    private final Leftovers leftovers;

    private final Restoration restoration;

    /** The same if it inspects SQL texts; otherwise null. */
    private final Leftovers reader;

    /** Whether the driver must be notified when a lease begins and ends. */
    private final boolean hasRequests;

    /** Null if the pool knows no tags. */
    private final TagState tags;

    @SuppressWarnings("this-escape") // it is only kept; JDK 21 and later warn
    private final Cancellation cancellation = new Cancellation(this);

    private volatile boolean autoCommit;
    private PostgresSession serverSession;
    private Traffic traffic;

    /** Takes over a connection that is set up for its users. */
    public PhysicalConnection(Connection driver, ConnectionPolicy policy) throws SQLException {
        this(driver, policy, Leftovers.of(policy, driver));
    }

    /** @param leftovers null if statements leave nothing behind, or other code handles it */
    @SuppressWarnings("this-escape") // the parts of a connection need only what is set before them
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
        this.tags = policy.preparer() == null ? null : new TagState();
        restoration.endSetUp();
        Restoration.clearWarnings(driver); // of the login
    }

    /** The session on its server, if known. */
    public PostgresSession serverSession() {
        return serverSession;
    }

    public void serverSession(PostgresSession session) {
        this.serverSession = session;
    }

    /** The traffic of its socket; null if that cannot be observed. */
    public void traffic(Traffic seen) {
        this.traffic = seen;
    }

    /** Whether {@link #isSilent} can be answered. */
    public boolean hasTraffic() {
        return traffic != null;
    }

    /**
     * Whether the server has sent nothing since the last call. If not, it has probably ended the session.
     *
     * @throws IOException if the socket is closed
     */
    public boolean isSilent() throws IOException {
        return !traffic.hasUnread();
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

    /** Null if prepared statements are not cached. */
    StatementCache cache() {
        return cache;
    }

    /** Whether a statement with rows keeps running until they are closed, even if its user never fetched them. */
    public boolean keepsUnseenRows() {
        return false;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    /** Whether there is nothing to undo. */
    boolean isClean() {
        return hasNoMark() && open.isEmpty();
    }

    /** Called before every call that may reach the server. */
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

    /** Whether the server has aborted the open transaction, as far as the driver knows. */
    boolean hasFailedTransaction() throws SQLException {
        return leftovers != null && leftovers.hasFailedTransaction();
    }

    /** Whether one statement may consist of several queries, which are sent together and return a result each. */
    boolean joinsQueries() {
        return leftovers instanceof PostgresLeftovers || policy.driverJoinsQueries();
    }

    /** Called when the user gets an object of the driver. */
    void unwrapped() {
        ran();
        mark(UNSEEN);
    }

    /** Called before a call that only queries the server, and opens a transaction if autoCommit is off. */
    void looked() {
        if (!autoCommit) ran();
    }

    /** The text of the running statement; null if none runs, or it is not known. Called from any thread. */
    public String statementUnderWay() {
        if (callUnderWay() == 0) return null;
        for (Handle handle : open.all()) {
            String sql = handle instanceof PooledStatement statement ? statement.running() : null;
            if (sql != null) return sql;
        }
        return null;
    }

    /**
     * The number of the running call, with another number for each read and write inside the call, as far as they can
     * be observed.
     */
    public long stepUnderWay() {
        long call = callUnderWay();
        if (call == 0 || traffic == null) return call;
        long step = traffic.underWay(System.nanoTime());
        return step == 0 ? -call : step;
    }

    /** Whether the running call is known to read or write, and has transferred nothing for this many nanoseconds. */
    public boolean isQuiet(long limit) {
        return traffic != null && traffic.isQuiet(limit, System.nanoTime());
    }

    /** Marks the connection as broken if this error means that it is lost. Returns the exception for the user. */
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

    /** Records the driver's new mode. If the mode has changed, the driver has committed, as JDBC requires. */
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

    /** What it is prepared for; null if the pool knows no tags. */
    TagState tags() {
        return tags;
    }

    /** Prepares the connection for this tag, unless it is. What that sets is the base of the session from now on. */
    void prepareFor(Object tag) throws Exception {
        BlockingPreparer<Connection> preparer = policy.preparer();
        if (tags.isPrepared(preparer, driver, tag)) return;
        tags.forget(); // until it has succeeded
        preparer.prepare(driver, tag);
        restoration.endPreparing();
        state.rebase();
        tags.prepared(tag);
    }

    boolean hasRequests() {
        return hasRequests;
    }

    /**
     * Restores the connection to its state at the start of the lease: closes open statements, rolls back the
     * transaction, restores changed attributes, then clears warnings. Called by one thread, once per lease.
     *
     * @return null, or the reason why it cannot be used again
     */
    public String restore() {
        boolean busy = callUnderWay() != 0; // a thread has outlived the lease
        beginRestoration();
        String unfit;
        try {
            unfit = restoration.run(busy);
        } finally {
            endRestoration();
        }
        if (unfit != null) return unfit;
        return hadMark(keepOnly(lasting), BROKEN) ? BROKE : null;
    }

    /** The kind of a reason returned by {@link #restore}. */
    static CloseReason whyUnfit(String unfit) {
        return BROKE.equals(unfit) ? CloseReason.BROKEN : CloseReason.RESET_FAILED;
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
