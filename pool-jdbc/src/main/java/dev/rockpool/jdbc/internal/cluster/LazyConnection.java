package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.jdbc.internal.connection.Closed;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection that gets its session with the first call that needs one. If it is read-only then, a standby serves it,
 * else the primary. What was set before is applied to the session.
 *
 * <p>A connection that stops being read-only gives its standby back, and the next call gets a session of the primary. So
 * no write reaches a standby by mistake. One that becomes read-only stays where it is.
 */
public final class LazyConnection extends LazyForwards {
    /** Where sessions come from. */
    public interface Sessions {
        /** @param limit how long to wait at most, in nanoseconds, beside the limit that callers have anyway */
        Session lease(boolean readOnly, long limit) throws SQLException;
    }

    /** A session, and whether a standby serves it. */
    public record Session(Connection connection, boolean standby) {}

    /** Something to be set on a session. */
    private interface Step {
        void on(Connection session) throws SQLException;
    }

    private final Sessions sessions;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Step> settings = new LinkedHashMap<>();
    private boolean autoCommit;
    private boolean readOnly;
    private volatile Session session;
    private volatile boolean closed;

    /**
     * @param autoCommit the mode in which sessions are leased
     * @param readOnly whether sessions are leased read-only
     */
    public LazyConnection(Sessions sessions, boolean autoCommit, boolean readOnly) {
        this.sessions = sessions;
        this.autoCommit = autoCommit;
        this.readOnly = readOnly;
    }

    @Override
    Connection session() throws SQLException {
        return session(Long.MAX_VALUE);
    }

    private Connection session(long limit) throws SQLException {
        Session present = session;
        if (present != null && !mustMove(present)) return present.connection();
        lock.lock();
        try {
            checkOpen();
            present = session;
            if (present != null && mustMove(present)) giveBack(present);
            if (session == null) keep(lease(limit));
            return session.connection();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Dekker handshake with {@link #close} and {@link #abort}, which do not wait for a lease: this keeps the session, then
     * looks whether it is closed; they close it, then look for a session.
     */
    private void keep(Session leased) throws SQLException {
        session = leased;
        if (!closed) return;
        leased.connection().close();
        checkOpen();
    }

    private boolean mustMove(Session present) {
        return present.standby() && !readOnly;
    }

    private void giveBack(Session present) throws SQLException {
        session = null;
        present.connection().close();
    }

    private Session lease(long limit) throws SQLException {
        Session leased = sessions.lease(readOnly, limit);
        try {
            if (leased.connection().isReadOnly() != readOnly)
                leased.connection().setReadOnly(readOnly);
            for (Step step : settings.values()) step.on(leased.connection());
            return leased;
        } catch (SQLException | RuntimeException | Error e) {
            leased.connection().close();
            throw e;
        }
    }

    private void checkOpen() throws SQLException {
        if (closed) throw Closed.connection(null);
    }

    /** Keeps a setting for the next session, and applies it to the present one. */
    private void set(String name, Step step) throws SQLException {
        lock.lock();
        try {
            checkOpen();
            if (session != null) step.on(session.connection());
            settings.put(name, step);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setAutoCommit(boolean value) throws SQLException {
        set("autoCommit", to -> to.setAutoCommit(value));
        autoCommit = value;
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        checkOpen();
        Session present = session;
        return present == null ? autoCommit : present.connection().getAutoCommit();
    }

    @Override
    public void setReadOnly(boolean value) throws SQLException {
        lock.lock();
        try {
            checkOpen();
            // Refused by the driver inside a transaction.
            if (session != null) session.connection().setReadOnly(value);
            readOnly = value;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        checkOpen();
        return readOnly;
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        set("isolation", to -> to.setTransactionIsolation(level));
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        set("catalog", to -> to.setCatalog(catalog));
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        set("schema", to -> to.setSchema(schema));
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        set("holdability", to -> to.setHoldability(holdability));
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        set("typeMap", to -> to.setTypeMap(map));
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        set("networkTimeout", to -> to.setNetworkTimeout(executor, milliseconds));
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        setClientInfo("clientInfo." + name, to -> to.setClientInfo(name, value));
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        setClientInfo("clientInfo", to -> to.setClientInfo(properties));
    }

    private void setClientInfo(String name, Step step) throws SQLClientInfoException {
        try {
            set(name, step);
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), Map.of(), e);
        }
    }

    @Override
    public void commit() throws SQLException {
        checkOpen();
        Session present = session;
        if (present != null) present.connection().commit();
    }

    @Override
    public void rollback() throws SQLException {
        checkOpen();
        Session present = session;
        if (present != null) present.connection().rollback();
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        checkOpen();
        Session present = session;
        return present == null ? null : present.connection().getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        checkOpen();
        Session present = session;
        if (present != null) present.connection().clearWarnings();
    }

    @Override
    public void beginRequest() throws SQLException {
        checkOpen(); // each session is told when it is leased
    }

    @Override
    public void endRequest() throws SQLException {
        checkOpen();
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        Session present = session;
        if (present != null) present.connection().close();
    }

    @Override
    public boolean isClosed() throws SQLException {
        Session present = session;
        return closed || present != null && present.connection().isClosed();
    }

    /** Without a session it tries to get one, within this time. Tells of no problem but a wrong argument. */
    @Override
    public boolean isValid(int timeout) throws SQLException {
        if (timeout < 0) throw new SQLException("timeout is " + timeout + " but must be 0 or more seconds");
        if (isClosed()) return false;
        try {
            return session(timeout == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(timeout))
                    .isValid(timeout);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        closed = true;
        Session present = session;
        if (present != null) present.connection().abort(executor);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : session().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || session().isWrapperFor(type);
    }

    @Override
    public String toString() {
        Session present = session;
        return present == null
                ? "connection without a session"
                : present.connection().toString();
    }
}
