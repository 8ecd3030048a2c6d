package dev.rockpool.jdbc.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A connection of the SQLite driver whose statements wait for their turn to write. It stands between the pool's wrappers and the driver, so
 * all that is known of it elsewhere is that it is a {@link Connection}; other databases do without it.
 *
 * <p><b>When the turn is taken.</b> With autoCommit by a statement that may write, until it has ended, its result set included. In a
 * transaction by its first statement, whatever that is, which then begins it anew as IMMEDIATE or EXCLUSIVE: a transaction that reads first and
 * writes later would be refused by SQLite if somebody else had written between, and no waiting could mend that. In a read-only transaction never.
 * In a DEFERRED one, if that is wanted, by its first statement that may write. In a shared in-memory database, whose tables are locked even by readers, by everything.
 *
 * <p><b>When it is given back.</b> When the transaction ends, also one that was begun by a text of SQL; then SQLite is asked whether one is open
 * still. At the latest when the lease ends or, if the pool takes the connection away, when it is closed: not before, because only then the
 * locks of SQLite are free.
 *
 * <p>The driver itself always begins DEFERRED, which takes no lock, because it begins the next transaction when one ends: otherwise each
 * connection without autoCommit would hold the lock while it is idle.
 *
 * <p>Attacked by {@code SqliteWriterLaws}, {@code SqliteTurnLaws}.
 */
final class TurnConnection implements InvocationHandler {
    private static final String ROLLED_BACK = "40000";

    private final Connection driver;
    private final SqliteTurn turn;
    private final String begin;
    private final boolean always;

    private final AtomicReference<SqliteTurn.Held> held = new AtomicReference<>();
    private volatile SqliteTurn.Caller waiting;
    private volatile boolean closed;
    private volatile boolean queryOnly;

    /** In this transaction of the driver a statement ran already. */
    private volatile boolean ran;

    /** With autoCommit a text of SQL has begun a transaction. */
    private volatile boolean begunByText;

    /** SQLite has rolled the transaction back by itself. */
    private volatile boolean lost;

    /** With autoCommit, result sets that keep their statement from ending. */
    private volatile int cursors;

    private TurnConnection(Connection driver, SqliteTurn turn, String begin, boolean always) {
        this.driver = driver;
        this.turn = turn;
        this.begin = begin;
        this.always = always;
    }

    /**
     * @param begin how transactions that may write begin; null for DEFERRED ones
     * @param always whether reading needs the turn, too
     */
    static Connection of(Connection driver, SqliteTurn turn, String begin, boolean always) {
        return TurnProxies.of(Connection.class, new TurnConnection(driver, turn, begin, always));
    }

    static TurnConnection behind(Connection connection) {
        return (TurnConnection) Proxy.getInvocationHandler(connection);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        switch (method.getName()) {
            case "createStatement":
                return TurnStatement.of(
                        this, Statement.class, (Statement) TurnProxies.call(driver, method, args), null);
            case "prepareStatement":
                return prepare(method, args);
            case "getMetaData":
                return always ? metaData() : driver.getMetaData();
            case "setSavepoint":
                return savepoint(method, args);
            case "commit":
                return commit();
            case "rollback":
                return args == null ? rollback() : TurnProxies.call(driver, method, args);
            case "setAutoCommit":
                return setAutoCommit((Boolean) args[0]);
            case "isReadOnly":
                return queryOnly || driver.isReadOnly();
            case "setReadOnly":
                return setReadOnly((Boolean) args[0]);
            case "setTransactionIsolation":
                briefly(() -> driver.setTransactionIsolation((Integer) args[0]));
                return null;
            case "isValid":
                return !driver.isClosed(); // there is no network between, and asking would wait for locks
            case "abort":
                return abort((Executor) args[0]);
            case "close":
                return close();
            case "unwrap":
                ran = true; // nobody sees what is done with the driver's own
                return TurnProxies.objectCall(proxy, driver, method, args);
            default:
                return TurnProxies.objectCall(proxy, driver, method, args);
        }
    }

    private Object prepare(Method method, Object[] args) throws Throwable {
        Effect effect = SqliteText.effectOf(String.valueOf(args[0]));
        if (always) before(Effect.READ, 0); // preparing reads the schema, which is locked like a table
        try {
            var statement = (PreparedStatement) TurnProxies.call(driver, method, args);
            return TurnStatement.of(this, PreparedStatement.class, statement, effect);
        } finally {
            if (always) after(Effect.READ, false, null);
        }
    }

    /** Only where reading needs the turn. */
    private Object metaData() throws SQLException {
        DatabaseMetaData real = driver.getMetaData();
        return TurnProxies.of(DatabaseMetaData.class, (proxy, method, args) -> {
            if (method.getReturnType() != ResultSet.class) return TurnProxies.objectCall(proxy, real, method, args);
            before(Effect.READ, 0);
            ResultSet results = null;
            boolean open = false;
            try {
                results = (ResultSet) TurnProxies.call(real, method, args);
            } finally {
                open = after(Effect.READ, results != null, null);
            }
            return open ? new TurnResults(results, this::cursorClosed).proxy() : results;
        });
    }

    private Object savepoint(Method method, Object[] args) throws Throwable {
        if (driver.getAutoCommit()) throw new SQLException("a savepoint needs a transaction, but autoCommit is on");
        before(Effect.READ, 0);
        return TurnProxies.call(driver, method, args);
    }

    // ---- around each statement -------------------------------------------------------------------------------------

    /**
     * Said before a statement runs: waits for the turn if it needs that.
     *
     * @param seconds how long at most; 0 for the pool's acquireTimeout
     */
    void before(Effect effect, int seconds) throws SQLException {
        if (lost) throw rolledBack();
        boolean transaction = !driver.getAutoCommit();
        if (held.get() == null && needsTurn(transaction, effect)) {
            take(seconds);
            if (transaction && !ran && !queryOnly && begin != null) beginAnew();
        }
        ran = transaction;
    }

    private boolean needsTurn(boolean transaction, Effect effect) {
        if (always) return true;
        if (queryOnly) return false;
        return effect != Effect.READ || transaction && begin != null;
    }

    private void take(int seconds) throws SQLException {
        SqliteTurn.Held mine = turn.tryTake();
        if (mine == null) {
            SqliteTurn.Caller caller = turn.caller();
            waiting = caller;
            try {
                if (closed) throw Closed.error("Connection");
                mine = turn.await(caller, seconds);
            } finally {
                waiting = null;
            }
        }
        held.set(mine);
        if (closed) { // it was taken away meanwhile, perhaps before it had the turn
            giveBack();
            throw Closed.error("Connection");
        }
    }

    /** Instead of the transaction that the driver has begun, in which nothing ran. */
    private void beginAnew() throws SQLException {
        try {
            run("commit");
            run(begin);
        } catch (SQLException e) {
            if (!isInTransaction()) run("begin"); // as the driver believes it is
            giveBack();
            if (!SqliteErrors.isReadOnly(e)) throw e; // it may read, and is told so when it writes
        }
    }

    /**
     * Said after a statement ran.
     *
     * @param rows whether it left a result set open
     * @param failure what it failed with; null when it did not
     * @return whether that result set keeps the turn, so that its end must be told to {@link #cursorClosed}
     */
    boolean after(Effect effect, boolean rows, Throwable failure) throws SQLException {
        if (!driver.getAutoCommit()) {
            if (SqliteErrors.mayRollBack(failure)) lost = !isInTransaction();
            return false;
        }
        if (effect == Effect.CONTROL || failure != null && begunByText) begunByText = isInTransaction();
        boolean keeps = rows && !begunByText && (always || effect != Effect.READ);
        if (keeps) cursors++;
        giveBackIfDone();
        return keeps;
    }

    void cursorClosed() throws SQLException {
        cursors--;
        giveBackIfDone();
    }

    private void giveBackIfDone() throws SQLException {
        if (cursors == 0 && !begunByText && driver.getAutoCommit()) giveBack();
    }

    private void giveBack() {
        SqliteTurn.Held mine = held.getAndSet(null);
        if (mine != null) turn.giveBack(mine);
    }

    /** A statement is to be cancelled: it may be waiting for its turn. */
    void cancelWaiting() {
        SqliteTurn.Caller caller = waiting;
        if (caller != null) caller.cancel();
    }

    // ---- transactions ----------------------------------------------------------------------------------------------

    private Object commit() throws SQLException {
        if (lost) throw rolledBack();
        briefly(driver::commit);
        ended();
        return null;
    }

    private Object rollback() throws SQLException {
        lost = false;
        try {
            if (!isUntouched()) briefly(driver::rollback);
        } catch (SQLException e) {
            if (driver.getAutoCommit() || isInTransaction()) throw e;
            run("begin"); // there was none any more: what the driver would have gone on to do
        }
        ended();
        return null;
    }

    /** There is nothing to roll back, and even to say so would need the turn. */
    private boolean isUntouched() {
        return always && !ran && held.get() == null;
    }

    /** A transaction of the driver has ended. */
    private void ended() {
        ran = false;
        giveBack();
    }

    private Object setAutoCommit(boolean wanted) throws SQLException {
        boolean before = driver.getAutoCommit();
        if (wanted == before) return null;
        if (lost) throw rolledBack();
        if (begunByText) throw new SQLException("a transaction is open that was begun by a statement; end it first");
        try {
            briefly(() -> driver.setAutoCommit(wanted));
        } catch (SQLException e) {
            if (wanted && isInTransaction()) believeInTransaction();
            throw e;
        }
        ended();
        return null;
    }

    /** The driver notes autoCommit before it tries to commit, and keeps the note if that fails. */
    private void believeInTransaction() {
        try {
            driver.setAutoCommit(false);
        } catch (SQLException expected) {
            // it cannot begin within the transaction, but notes that it is in one
        }
    }

    /** The driver refuses to change it, but SQLite can. */
    private Object setReadOnly(boolean wanted) throws SQLException {
        if (driver.isReadOnly()) {
            driver.setReadOnly(wanted);
        } else if (wanted != queryOnly) {
            briefly(() -> run("pragma query_only = " + wanted));
            queryOnly = wanted;
        }
        return null;
    }

    /** A call that reads no more than the schema, and so needs the turn only where everything does. */
    private void briefly(PhysicalConnection.Step step) throws SQLException {
        boolean mine = always && held.get() == null;
        if (mine) take(0);
        try {
            step.run();
        } finally {
            if (mine) giveBack();
        }
    }

    private static SQLException rolledBack() {
        return new SQLTransactionRollbackException(
                "SQLite has rolled this transaction back after an error; roll back to go on", ROLLED_BACK);
    }

    /** Only SQLite knows, and it tells only by refusing to begin. */
    private boolean isInTransaction() throws SQLException {
        try {
            run("begin");
        } catch (SQLException e) {
            return true;
        }
        run("commit");
        return false;
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = driver.createStatement()) {
            statement.execute(sql);
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** What JDBC does not know of is ended. */
    void leaseEnds() throws SQLException {
        if (begunByText) {
            if (isInTransaction()) run("rollback");
            begunByText = false;
            giveBackIfDone();
        }
    }

    /** The driver's own does nothing. What runs is interrupted, so that the connection can be closed. */
    private Object abort(Executor executor) throws SQLException {
        closed = true;
        cancelWaiting();
        try (Statement statement = driver.createStatement()) {
            statement.cancel();
        } catch (SQLException e) {
            if (!driver.isClosed()) throw e;
        }
        driver.abort(executor);
        return null;
    }

    private Object close() throws SQLException {
        closed = true;
        cancelWaiting();
        try {
            driver.close();
        } finally {
            giveBack();
        }
        return null;
    }
}
