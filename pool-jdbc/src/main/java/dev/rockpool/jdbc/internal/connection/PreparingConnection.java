package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** Prepares statements with the driver, or takes them from the pool's cache. */
abstract class PreparingConnection extends SessionConnection {
    private static final long BY_NUMBER = -1;
    private static final long BY_NAME = -2;

    PreparingConnection(Engine<PhysicalConnection> engine, Slot<PhysicalConnection> slot, long ticket) {
        super(engine, slot, ticket);
    }

    /** A call that lets the driver prepare a statement. */
    private interface Preparing<S extends Statement> {
        S on(Connection driver) throws SQLException;
    }

    @Override
    public final PreparedStatement prepareStatement(String sql) throws SQLException {
        if (physical.cache() != null) return prepare(sql, 0, null, driver -> driver.prepareStatement(sql));
        Connection to = delegate(); // the most frequent case, without allocation
        sees(sql);
        try {
            return wrap(to.prepareStatement(sql), sql);
        } catch (SQLException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            threw(e);
            throw e;
        }
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        return prepare(
                sql,
                StatementKey.how(type, concurrency, 0),
                null,
                driver -> driver.prepareStatement(sql, type, concurrency));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return prepare(
                sql,
                StatementKey.how(type, concurrency, holdability),
                null,
                driver -> driver.prepareStatement(sql, type, concurrency, holdability));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
        return prepare(sql, keys, null, driver -> driver.prepareStatement(sql, keys));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
        return prepare(sql, BY_NUMBER, Arrays.toString(columns), driver -> driver.prepareStatement(sql, columns));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
        List<String> names = columns == null ? null : Arrays.asList(columns.clone());
        return prepare(sql, BY_NAME, names, driver -> driver.prepareStatement(sql, columns));
    }

    @Override
    public final CallableStatement prepareCall(String sql) throws SQLException {
        return call(sql, driver -> driver.prepareCall(sql));
    }

    @Override
    public final CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        return call(sql, driver -> driver.prepareCall(sql, type, concurrency));
    }

    @Override
    public final CallableStatement prepareCall(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return call(sql, driver -> driver.prepareCall(sql, type, concurrency, holdability));
    }

    private PreparedStatement prepare(String sql, long how, Object columns, Preparing<PreparedStatement> preparing)
            throws SQLException {
        Connection to = delegate();
        if (how != 0) physical.mayWarn();
        sees(sql);
        StatementCache cache = physical.cache();
        try {
            if (cache != null) return reuse(cache, new StatementKey(sql, how, columns), to, preparing);
            return wrap(preparing.on(to), sql);
        } catch (SQLException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            threw(e);
            throw e;
        }
    }

    private void sees(String sql) throws SQLException {
        try {
            physical.sees(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private PreparedStatement wrap(PreparedStatement driver, String sql) throws SQLException {
        return driver == null ? null : made(new PooledPreparedStatement(this, driver, sql), driver);
    }

    private PreparedStatement reuse(
            StatementCache cache, StatementKey key, Connection to, Preparing<PreparedStatement> preparing)
            throws SQLException {
        int era = cache.era();
        PreparedStatement kept = cache.take(key);
        PreparedStatement driver = kept == null ? preparing.on(to) : kept;
        return driver == null ? null : made(new CachedStatement(this, driver, cache, key, era), driver);
    }

    private CallableStatement call(String sql, Preparing<CallableStatement> preparing) throws SQLException {
        Connection to = delegate();
        physical.mayWarn();
        sees(sql);
        try {
            CallableStatement driver = preparing.on(to);
            return driver == null ? null : made(new PooledCallableStatement(this, driver, sql), driver);
        } catch (SQLException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            threw(e);
            throw e;
        }
    }
}
