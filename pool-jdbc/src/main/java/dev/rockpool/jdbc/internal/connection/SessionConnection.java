package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.ShardingKey;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

/** Tracks what a user changes in the session, so that the pool can undo it: transactions and attributes. */
abstract class SessionConnection extends ConnectionForwards {
    SessionConnection(Engine<PhysicalConnection> engine, Slot<PhysicalConnection> slot, long ticket) {
        super(engine, slot, ticket);
    }

    @Override
    public final void commit() throws SQLException {
        call(physical::commit);
    }

    @Override
    public final void rollback() throws SQLException {
        call(physical::rollback);
    }

    @Override
    public final void rollback(Savepoint savepoint) throws SQLException {
        call(() -> physical.rollback(savepoint));
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
        } catch (RuntimeException | Error e) {
            threw(e);
            throw e;
        } finally {
            ended();
        }
    }

    private Object get(SessionAttribute attribute) throws SQLException {
        checkOpen();
        try {
            return physical.state().get(attribute);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void set(SessionAttribute attribute, Object value) throws SQLException {
        call(() -> physical.state().set(attribute, value));
    }

    @Override
    public final boolean getAutoCommit() throws SQLException {
        return (Boolean) get(SessionAttribute.AUTO_COMMIT);
    }

    @Override
    public final void setAutoCommit(boolean autoCommit) throws SQLException {
        set(SessionAttribute.AUTO_COMMIT, autoCommit);
    }

    @Override
    public final boolean isReadOnly() throws SQLException {
        return (Boolean) get(SessionAttribute.READ_ONLY);
    }

    @Override
    public final void setReadOnly(boolean readOnly) throws SQLException {
        set(SessionAttribute.READ_ONLY, readOnly);
    }

    @Override
    public final int getTransactionIsolation() throws SQLException {
        return (Integer) get(SessionAttribute.ISOLATION);
    }

    @Override
    public final void setTransactionIsolation(int level) throws SQLException {
        set(SessionAttribute.ISOLATION, level);
    }

    @Override
    public final String getCatalog() throws SQLException {
        return (String) get(SessionAttribute.CATALOG);
    }

    @Override
    public final void setCatalog(String catalog) throws SQLException {
        set(SessionAttribute.CATALOG, catalog);
    }

    @Override
    public final String getSchema() throws SQLException {
        return (String) get(SessionAttribute.SCHEMA);
    }

    @Override
    public final void setSchema(String schema) throws SQLException {
        set(SessionAttribute.SCHEMA, schema);
    }

    @Override
    public final int getHoldability() throws SQLException {
        return (Integer) get(SessionAttribute.HOLDABILITY);
    }

    @Override
    public final void setHoldability(int holdability) throws SQLException {
        set(SessionAttribute.HOLDABILITY, holdability);
    }

    @Override
    public final int getNetworkTimeout() throws SQLException {
        return (Integer) get(SessionAttribute.NETWORK_TIMEOUT);
    }

    @Override
    public final void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        call(() -> physical.state().change(SessionAttribute.NETWORK_TIMEOUT, milliseconds, () -> physical.driver()
                .setNetworkTimeout(executor, milliseconds)));
    }

    @Override
    @SuppressWarnings("unchecked")
    public final Map<String, Class<?>> getTypeMap() throws SQLException {
        return (Map<String, Class<?>>) get(SessionAttribute.TYPE_MAP);
    }

    @Override
    public final void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        // Unseen, because the user may change the map later.
        call(() -> physical.state()
                .changeUnseen(SessionAttribute.TYPE_MAP, () -> physical.driver().setTypeMap(map)));
    }

    /** A copy, because some drivers return their own object. */
    @Override
    public final Properties getClientInfo() throws SQLException {
        return (Properties) get(SessionAttribute.CLIENT_INFO);
    }

    @Override
    public final void setClientInfo(String name, String value) throws SQLClientInfoException {
        changeClientInfo(() -> physical.driver().setClientInfo(name, value));
    }

    @Override
    public final void setClientInfo(Properties properties) throws SQLClientInfoException {
        changeClientInfo(() -> physical.driver().setClientInfo(properties));
    }

    /** Afterwards only the driver knows the values, because it may accept some names and reject others. */
    private void changeClientInfo(PhysicalConnection.Step step) throws SQLClientInfoException {
        try {
            call(() -> physical.state().changeUnseen(SessionAttribute.CLIENT_INFO, step));
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), Map.of(), e);
        }
    }

    // A sharding key cannot be read, so it cannot be restored. Such a connection is not lent again.

    @Override
    public final boolean setShardingKeyIfValid(ShardingKey key, ShardingKey superKey, int timeout) throws SQLException {
        return changedForGood().setShardingKeyIfValid(key, superKey, timeout);
    }

    @Override
    public final boolean setShardingKeyIfValid(ShardingKey key, int timeout) throws SQLException {
        return changedForGood().setShardingKeyIfValid(key, timeout);
    }

    @Override
    public final void setShardingKey(ShardingKey key, ShardingKey superKey) throws SQLException {
        changedForGood().setShardingKey(key, superKey);
    }

    @Override
    public final void setShardingKey(ShardingKey key) throws SQLException {
        changedForGood().setShardingKey(key);
    }

    private Connection changedForGood() throws SQLException {
        checkOpen();
        physical.breakDown();
        return physical.driver();
    }
}
