package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.base.TimeLimits;
import dev.rockpool.jdbc.internal.connect.MemberServer;
import dev.rockpool.jdbc.internal.connect.ServerSource;
import dev.rockpool.jdbc.internal.postgres.TrafficSockets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Connects to the present primary. So one pool, with one queue, serves writers whichever member is the primary.
 *
 * <p>While the primary is away, {@link SpareSessions} are ready for the next one. A connect that begins without a primary, or to one that is away, waits for the next one for a moment. A connect
 * that hangs is left behind when the primary changes. Each connection is asked whether it
 * is a standby's before it is handed out. Thread-safe.
 */
public final class PrimarySource extends ServerSource {
    /** Shorter than what the pool takes for a connect that hangs. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(900);

    private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(25);

    /** The same until the members have answered for the first time. */
    private static final long FIRST = TimeUnit.SECONDS.toNanos(3);

    private static final String NO_CONNECTION = "08001";

    private final String name;
    private final List<MemberServer> servers;
    private final ClusterWatch watch;
    private final SpareSessions spares;

    /** Where connects go; -1 for nowhere. */
    private volatile int route = -1;

    /** Counts the calls of {@link #cutOff}, which are not concurrent. */
    private volatile int era;

    /** Completed with null when connects go elsewhere. */
    private final Set<CompletableFuture<Connection>> waiting = ConcurrentHashMap.newKeySet();

    /** @param watch knows the members, and asks all of them when a connect fails */
    public PrimarySource(String name, List<MemberServer> servers, ClusterWatch watch) {
        this.name = name;
        this.servers = servers;
        this.watch = watch;
        this.spares = new SpareSessions(servers);
    }

    /** Ends the connects under way, because their connections would be evicted. Later ones wait for a route. */
    public void cutOff() {
        era++;
        route(-1);
    }

    /** Later connects go to this member; -1 for none. Those that wait for it, too. */
    public void route(int member) {
        route = member;
        for (CompletableFuture<Connection> each : waiting) each.complete(null);
    }

    /** This standby may be promoted soon. Called often. */
    public void prepare(int member) {
        spares.prepare(member);
    }

    /** The primary answers. Called often. */
    public void calm() {
        spares.calm();
    }

    /** Ends all connects. */
    public void close() {
        cutOff();
        spares.close();
    }

    @Override
    public Connection connect(TrafficSockets.Watch sockets) throws SQLException {
        TimeLimits.nullAfter(watch.decided().copy(), FIRST).join();
        long start = System.nanoTime();
        int begun = era;
        SQLException latest = null;
        for (; ; ) {
            if (begun != era) throw cutOff(latest);
            int to = route;
            try {
                Connection connection = to < 0 ? null : connect(to, sockets);
                if (connection != null) return connection;
            } catch (SQLException e) {
                if (to == route && !isAway(e)) throw e;
                latest = e;
                watch.look();
            }
            SQLException refusal = to < 0 ? watch.refusal() : null;
            if (refusal != null) throw refused(refusal);
            long left = PATIENCE - (System.nanoTime() - start);
            if (left <= 0) throw noPrimary(latest);
            awaitOther(to, to < 0 ? left : Math.min(left, RETRY));
        }
    }

    /** Returns null if connects go elsewhere meanwhile. */
    private Connection connect(int to, TrafficSockets.Watch sockets) throws SQLException {
        CompletableFuture<Connection> connect = new CompletableFuture<>();
        PoolThreads.INSTANCE.execute(() -> {
            try {
                Connection spare = spares.take(to, sockets);
                Connection connection = checked(spare == null ? servers.get(to).connect(sockets) : spare, to);
                if (!connect.complete(connection)) connection.close();
            } catch (Throwable e) { // whatever a driver throws
                connect.completeExceptionally(e);
            }
        });
        try {
            return whileRouted(to, connect);
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException refused) throw refused;
            throw new SQLException(e.getCause());
        }
    }

    /** Waits until connects go elsewhere, or for so long. */
    private void awaitOther(int than, long nanos) {
        whileRouted(than, TimeLimits.nullAfter(new CompletableFuture<>(), nanos));
    }

    /** Waits for the future, and returns null if connects go elsewhere meanwhile. */
    private Connection whileRouted(int to, CompletableFuture<Connection> future) {
        waiting.add(future);
        try {
            if (route != to) future.complete(null);
            return future.join();
        } finally {
            waiting.remove(future);
        }
    }

    /** Whatever is known of the member, the session itself tells what it is. */
    private Connection checked(Connection connection, int member) throws SQLException {
        try {
            if (!MemberSession.isStandby(connection)) return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        connection.close();
        throw new SQLTransientConnectionException(
                "cluster '" + name + "': " + servers.get(member).name() + " is a standby", NO_CONNECTION);
    }

    /** Whether the server may be going, gone or about to come. */
    private static boolean isAway(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P");
    }

    /** A retry does not help, so callers need not wait. */
    private SQLException refused(SQLException refusal) {
        return new SQLException(
                "cluster '" + name + "' cannot log in to any member: " + refusal.getMessage(),
                refusal.getSQLState(),
                refusal.getErrorCode(),
                refusal);
    }

    private SQLException cutOff(SQLException cause) {
        return new SQLTransientConnectionException(
                "cluster '" + name + "': the primary has changed during this connect", NO_CONNECTION, cause);
    }

    private SQLException noPrimary(SQLException cause) {
        View known = watch.view();
        return new SQLTransientConnectionException(
                "cluster '" + name + "' has no primary to write to: " + known.describePrimary() + "; members: "
                        + known.members(),
                NO_CONNECTION,
                cause);
    }
}
