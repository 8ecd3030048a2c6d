package dev.rockpool.jdbc.internal;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.internal.core.Slot;
import dev.rockpool.internal.engine.Engine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

/**
 * A connection as its user sees it, and the lease itself: a slot and the ticket that ends it.
 *
 * <p><b>Closing.</b> A clean connection goes back by one CAS in the slot, which only one of many attempts wins. One that must be
 * restored first is restored by whoever wins {@code closing}; a rival that comes so late that it finds the
 * connection clean finds it fit, too, so either may end the lease. A rival that sees marks of the next user loses
 * against the ticket.
 *
 * <p>Whether it is open is asked of the slot, so a lease that the pool took back is closed the moment that happens.
 *
 * <p>Attacked by {@code ClosingLaws}.
 */
public final class PooledConnection extends PreparingConnection {
    private static final VarHandle CLOSING;

    static {
        try {
            CLOSING = MethodHandles.lookup().findVarHandle(PooledConnection.class, "closing", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Engine<PhysicalConnection> engine;
    private final Slot<PhysicalConnection> slot;
    private final PhysicalConnection physical;
    private final long ticket;
    private volatile boolean closing;

    /** A lease on a slot that was just lent with this ticket. */
    public PooledConnection(Engine<PhysicalConnection> engine, Slot<PhysicalConnection> slot, long ticket) {
        this.engine = engine;
        this.slot = slot;
        this.ticket = ticket;
        this.physical = slot.connection();
    }

    /** Its calls are cancelled when this caller gives up; null when that is over. Said by whoever was lent it. */
    public void worksFor(Caller caller) {
        physical.cancellation().caller(caller);
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Override
    public void close() {
        if (physical.isClean()) engine.getLending().release(slot, ticket);
        else closeChanged();
    }

    private void closeChanged() {
        if (isGone() || !CLOSING.compareAndSet(this, false, true)) return;
        String unfit = physical.restore();
        if (unfit == null) engine.getLending().release(slot, ticket);
        else engine.discard(slot, ticket, unfit);
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        if (executor == null) throw new SQLException("abort needs an executor, but it is null");
        if (isGone() || !CLOSING.compareAndSet(this, false, true)) return;
        physical.breakDown();
        try {
            physical.driver().abort(executor);
        } catch (AbstractMethodError e) {
            // the pool closes it
        } finally {
            engine.discard(slot, ticket, "aborted by its user");
        }
    }

    /**
     * Ends the lease and closes its connection for good.
     *
     * @return false when it is no lease of this pool, or has ended
     */
    public boolean evict(Engine<?> from, String reason) {
        if (engine != from || isGone() || !CLOSING.compareAndSet(this, false, true)) return false;
        physical.breakDown();
        engine.discard(slot, ticket, reason);
        return true;
    }

    @Override
    public boolean isClosed() {
        return isGone();
    }

    /** Whether the lease has ended, or is about to. */
    boolean isGone() {
        return closing || !slot.isHeldBy(ticket);
    }

    void checkOpen() throws SQLException {
        if (isGone()) throw Closed.error("Connection");
    }

    @Override
    public boolean isValid(int timeout) throws SQLException {
        if (timeout < 0) throw new SQLException("timeout is " + timeout + " but must be 0 or more seconds");
        if (isGone()) return false;
        physical.looked();
        try {
            boolean valid = physical.handling().isValid(physical.driver(), timeout);
            if (!valid) physical.breakDown();
            return valid;
        } catch (SQLException e) {
            SQLException failure = failed(e);
            if (physical.isBroken()) return false; // some say it in this way
            throw failure;
        }
    }

    /** Has it prepared for its user. Without success it is gone. */
    public void prepare(BlockingConnectionHooks<Connection> hooks) throws UnpreparedException {
        physical.ran();
        try {
            hooks.beforeLend(physical.driver());
        } catch (Throwable e) { // it is the user's own
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            engine.getLending().discard(slot, ticket, "it could not be prepared: " + e);
            throw new UnpreparedException(e);
        }
    }

    // ---- for the forwards ------------------------------------------------------------------------------------------

    @Override
    Connection delegate() throws SQLException {
        checkOpen();
        return physical.driver();
    }

    @Override
    void ran() {
        physical.ran();
    }

    @Override
    void began() {
        physical.began();
    }

    @Override
    void ended() {
        physical.ended();
    }

    @Override
    SQLException failed(SQLException e) {
        return physical.failed(e);
    }

    /** Whether this error says that the connection is lost. */
    boolean isFatal(SQLException error) {
        return physical.handling().isFatal(error);
    }

    OpenHandles open() {
        return physical.open();
    }

    @Override
    Statement wrap(Statement driver) throws SQLException {
        return driver == null ? null : made(new PooledStatement(this, driver, null), driver);
    }

    @Override
    <S extends PooledStatement> S made(S statement, Statement driver) throws SQLException {
        statements().prepare(driver);
        return track(statement);
    }

    @Override
    PooledConnection self() {
        return this;
    }

    @Override
    StatementCache cache() {
        return physical.cache();
    }

    StatementSettings statements() {
        return physical.settings();
    }

    @Override
    DatabaseMetaData wrap(DatabaseMetaData driver) {
        return driver == null ? null : new PooledDatabaseMetaData(this, driver);
    }

    /**
     * Sees to it that this is closed with the lease. Listed first, then the lease is asked: a close at the same moment
     * finds it in the list, or it finds the lease closed.
     */
    <H extends Handle> H track(H handle) throws SQLException {
        open().add(handle);
        if (isGone()) {
            open().remove(handle);
            if (handle.takeOut()) handle.closeDriver();
            throw Closed.error("Connection");
        }
        return handle;
    }

    // ---- transaction -----------------------------------------------------------------------------------------------

    @Override
    public void commit() throws SQLException {
        call(physical::commit);
    }

    @Override
    public void rollback() throws SQLException {
        call(physical::rollback);
    }

    private void call(PhysicalConnection.Step step) throws SQLException {
        checkOpen();
        physical.beganVital();
        try {
            step.run();
        } catch (SQLException e) {
            throw failed(e);
        } catch (AbstractMethodError e) {
            throw new SQLFeatureNotSupportedException("the driver is too old for this: " + e.getMessage(), e);
        } finally {
            ended();
        }
    }

    // ---- session ---------------------------------------------------------------------------------------------------

    private Object get(Attribute attribute) throws SQLException {
        checkOpen();
        try {
            return physical.get(attribute);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void set(Attribute attribute, Object value) throws SQLException {
        call(() -> physical.set(attribute, value));
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return (Boolean) get(Attribute.AUTO_COMMIT);
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        set(Attribute.AUTO_COMMIT, autoCommit);
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return (Boolean) get(Attribute.READ_ONLY);
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        set(Attribute.READ_ONLY, readOnly);
    }

    @Override
    public int getTransactionIsolation() throws SQLException {
        return (Integer) get(Attribute.ISOLATION);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        set(Attribute.ISOLATION, level);
    }

    @Override
    public String getCatalog() throws SQLException {
        return (String) get(Attribute.CATALOG);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        set(Attribute.CATALOG, catalog);
    }

    @Override
    public String getSchema() throws SQLException {
        return (String) get(Attribute.SCHEMA);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        set(Attribute.SCHEMA, schema);
    }

    @Override
    public int getHoldability() throws SQLException {
        return (Integer) get(Attribute.HOLDABILITY);
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        set(Attribute.HOLDABILITY, holdability);
    }

    @Override
    public int getNetworkTimeout() throws SQLException {
        return (Integer) get(Attribute.NETWORK_TIMEOUT);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        call(() -> physical.change(Attribute.NETWORK_TIMEOUT, milliseconds, () -> physical.driver()
                .setNetworkTimeout(executor, milliseconds)));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        return (Map<String, Class<?>>) get(Attribute.TYPE_MAP);
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        // Unseen: its user may go on to change the map.
        call(() -> physical.changeUnseen(
                Attribute.TYPE_MAP, () -> physical.driver().setTypeMap(map)));
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        changeClientInfo(() -> physical.driver().setClientInfo(name, value));
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        changeClientInfo(() -> physical.driver().setClientInfo(properties));
    }

    /** What is set now only the driver knows: it may take some names and leave others. */
    private void changeClientInfo(PhysicalConnection.Step step) throws SQLClientInfoException {
        try {
            call(() -> physical.changeUnseen(Attribute.CLIENT_INFO, step));
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), Map.of(), e);
        }
    }

    // A sharding key cannot be asked for, so it cannot be set back: such a connection is not lent again.

    @Override
    public boolean setShardingKeyIfValid(ShardingKey key, ShardingKey superKey, int timeout) throws SQLException {
        return changedForGood().setShardingKeyIfValid(key, superKey, timeout);
    }

    @Override
    public boolean setShardingKeyIfValid(ShardingKey key, int timeout) throws SQLException {
        return changedForGood().setShardingKeyIfValid(key, timeout);
    }

    @Override
    public void setShardingKey(ShardingKey key, ShardingKey superKey) throws SQLException {
        changedForGood().setShardingKey(key, superKey);
    }

    @Override
    public void setShardingKey(ShardingKey key) throws SQLException {
        changedForGood().setShardingKey(key);
    }

    private Connection changedForGood() throws SQLException {
        checkOpen();
        physical.breakDown();
        return physical.driver();
    }

    // ---- what it stands for ----------------------------------------------------------------------------------------

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) return type.cast(this);
        Connection driver = delegate();
        physical.ran(); // nobody sees what is done with the driver's own
        return Unwrap.to(type, driver);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || Unwrap.reaches(type, delegate());
    }

    @Override
    public String toString() {
        return "connection " + slot.number() + " of pool '" + engine.getConfig().getName() + "' "
                + (isGone() ? "(returned)" : "(" + physical + ")");
    }
}
