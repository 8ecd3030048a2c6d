package dev.rockpool.jdbc;

import dev.rockpool.internal.base.TimeLimits;
import dev.rockpool.jdbc.ClusterPools.Choice;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds the pool for one call, and another one if the member stops serving before the call has begun. The caller does
 * the waiting, because threads and coroutines wait in different ways.
 */
final class ClusterRouting {
    private static final String TIMEOUT = "HYT00";
    private static final String CLOSED = "HY010";
    private static final long POLL = TimeUnit.MILLISECONDS.toNanos(10);

    /** Ends a lease whose call has not begun, because another member has to serve it. */
    static final class ElsewhereException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ElsewhereException() {
            super("another member serves this call", null, false, false);
        }
    }

    /** One call on one pool. */
    interface Call<R, X extends Exception> {
        /**
         * @param among the pools that may serve the call, the preferred one first
         * @param left how long the call may wait, in nanoseconds; {@code Long.MAX_VALUE} for no limit
         */
        R on(List<Choice> among, long left, ClusterRouting routing) throws SQLException, X;
    }

    private final ClusterPools pools;
    private final Target target;
    private final Mark after;
    private final long start = System.nanoTime();
    private final long timeout;
    private Target wanted;
    private Choice chosen;
    private boolean begun;
    private boolean isBehind;

    /**
     * @param after what the call must see; null for no matter what
     * @param timeout how long it may wait, in nanoseconds; {@code Long.MAX_VALUE} for no limit
     */
    ClusterRouting(ClusterPools pools, Target target, Mark after, long timeout) {
        this.pools = pools;
        this.target = target;
        this.wanted = target;
        this.after = after;
        this.timeout = timeout;
    }

    /** How long the call may still wait. */
    long left() {
        return timeout == Long.MAX_VALUE ? timeout : Math.max(0, timeout - (System.nanoTime() - start));
    }

    /** The pools to use now. Empty if the caller must wait for {@link #change} first. */
    List<Choice> choose() throws SQLException {
        if (pools.isClosed())
            throw new SQLNonTransientConnectionException("cluster '" + pools.name() + "' has been closed", CLOSED);
        if (isBehind) return List.of();
        List<Choice> among = pools.choose(wanted);
        chosen = among.isEmpty() ? null : among.get(0);
        return among;
    }

    /** Of the pools to use, this one has lent its connection. */
    void servedBy(Choice one) {
        chosen = one;
    }

    /** Completes when it makes sense to choose again. Taken before the choice. */
    CompletableFuture<Void> change() {
        CompletableFuture<Void> change = pools.nextChange();
        if (!isBehind) return change;
        isBehind = false;
        return TimeLimits.nullAfter(new CompletableFuture<>(), POLL);
    }

    /** The error of a caller for whom no member served in time. */
    SQLException timedOut() {
        String what = after == null ? "no standby serves" : "no standby has reached " + after;
        return new SQLTransientConnectionException(
                "cluster '" + pools.name() + "': " + what + " within " + TimeUnit.NANOSECONDS.toMillis(timeout)
                        + " ms; members: " + pools.view().members(),
                TIMEOUT);
    }

    /**
     * Checks that this lease still serves the call, before it begins. If there is a mark, it asks the server and blocks.
     *
     * @throws ElsewhereException if it does not
     */
    void begin(Connection connection) throws SQLException {
        if (!pools.serves(chosen)) throw new ElsewhereException();
        if (chosen.isPrimary()) {
            if (target != Target.PRIMARY) connection.setReadOnly(true);
        } else if (after != null && !hasReached(connection)) {
            if (target == Target.PREFER_STANDBY) wanted = Target.PRIMARY;
            else isBehind = true;
            throw new ElsewhereException();
        }
        begun = true;
    }

    private boolean hasReached(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= '" + after + "'::pg_lsn")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    boolean isOnStandby() {
        return !chosen.isPrimary();
    }

    /** Whether this failure only means that the pool of a member is gone, and the call has not begun. */
    boolean mayGoElsewhere() {
        return !begun && pools.isOver(chosen);
    }

    /** Runs a call of a thread. */
    <R, X extends Exception> R run(Call<R, X> call) throws SQLException, X {
        for (; ; ) {
            CompletableFuture<Void> change = change();
            List<Choice> among = choose();
            if (among.isEmpty()) {
                await(change);
                continue;
            }
            try {
                return call.on(among, left(), this);
            } catch (ElsewhereException e) {
                // chosen again
            } catch (SQLException e) {
                if (!mayGoElsewhere()) throw e;
            }
        }
    }

    private void await(CompletableFuture<Void> change) throws SQLException {
        try {
            change.get(left(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw timedOut();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("cluster '" + pools.name() + "': interrupted while waiting for a standby", e);
        }
    }
}
