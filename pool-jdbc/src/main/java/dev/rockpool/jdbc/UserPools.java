package dev.rockpool.jdbc;

import dev.rockpool.PoolClosedException;
import dev.rockpool.internal.registry.PoolMember;
import dev.rockpool.internal.registry.PoolPlace;
import dev.rockpool.internal.registry.PoolRegistry;
import dev.rockpool.jdbc.internal.config.Builders;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The pools of users, for {@code getConnection(user, password)}.
 *
 * <p>A password that the user's pool does not have is tried at the server, in a new pool. Only if it works, the new
 * pool replaces the old one. So a caller with a wrong password harms no other. A password is held by the pool that logs
 * in with it, and nowhere else.
 *
 * <p>Thread-safe.
 */
final class UserPools {
    private static final Duration IDLE_POOL_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);
    private static final String NO_USER = "28000";

    private final JdbcConfig config;
    private final PoolRegistry<String> registry;

    UserPools(JdbcConfig config) {
        this.config = config;
        String name = config.getPool().getName();
        this.registry = PoolRegistry.of(IDLE_POOL_TIMEOUT, user -> new PoolClosedException(name));
    }

    /**
     * Leases a connection of this user.
     *
     * @param timeout how long to wait, instead of the pool's {@code acquireTimeout}; null for that
     */
    Connection connection(String user, String password, Duration timeout) throws SQLException {
        if (user == null || user.isBlank()) {
            String given = user == null ? "null" : "blank";
            throw new SQLInvalidAuthorizationSpecException("user is " + given + " but must be a name", NO_USER);
        }
        try {
            for (; ; ) {
                Connection connection = tryConnection(user, password, timeout);
                if (connection != null) return connection;
            }
        } catch (PoolClosedException e) {
            throw JdbcAcquire.translated(e);
        }
    }

    /** Returns null if the user's pool was closed or replaced meanwhile. */
    private Connection tryConnection(String user, String password, Duration timeout) throws SQLException {
        PoolMember present = registry.getOrCreate(user, place -> create(place, user, password));
        if (!poolOf(present).getDataSource().running().logins.areAlways(user, password))
            return replace(user, present, password, timeout);
        try {
            return lease(present, timeout);
        } catch (SQLException e) {
            if (present.getEngine().isClosed() && !registry.isClosed()) return null;
            if (isRefused(present, e)) registry.remove(user, present);
            throw e;
        }
    }

    /** Tries another password at the server. If it works, the pool that has it replaces the present one. */
    private Connection replace(String user, PoolMember present, String password, Duration timeout) throws SQLException {
        PoolMember next = registry.createApart(user, place -> create(place, user, password));
        Connection connection;
        try {
            connection = lease(next, timeout);
        } catch (Throwable e) { // whatever a driver throws
            next.close(Duration.ZERO);
            throw e;
        }
        if (!registry.replace(user, present, next)) {
            next.close(Duration.ZERO);
            return null;
        }
        // Active leases of the old pool go on. It closes itself when they have ended.
        present.getEngine().getControl().evictAll("its user has another password now");
        return connection;
    }

    private PoolMember create(PoolPlace place, String user, String password) {
        JdbcConfig own = Builders.ofUser(config, user, password);
        return new JdbcPool(own, new RockpoolDataSource(), true, place)
                .getDataSource()
                .asMember(own);
    }

    private static Connection lease(PoolMember member, Duration timeout) throws SQLException {
        RockpoolDataSource source = poolOf(member).getDataSource();
        return timeout == null ? source.getConnection() : source.getConnection(timeout);
    }

    /** Whether the server has refused the login of a pool that never had a connection. */
    private static boolean isRefused(PoolMember member, SQLException error) {
        return error instanceof SQLNonTransientException
                && member.getEngine().snapshot().getOpened() == 0;
    }

    private static JdbcPool poolOf(PoolMember member) {
        return (JdbcPool) member.getPool();
    }

    /** The pool of the data source has ended. If these pools have been closed with a grace, they keep it. */
    CompletableFuture<Void> end() {
        return closeAsync(registry.isClosed() ? FOREVER : Duration.ZERO);
    }

    /** Closes the pools of all users. Completes when they have ended. */
    CompletableFuture<Void> closeAsync(Duration grace) {
        return registry.close(grace);
    }
}
