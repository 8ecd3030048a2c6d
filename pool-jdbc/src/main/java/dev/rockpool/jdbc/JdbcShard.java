package dev.rockpool.jdbc;

import dev.rockpool.PoolStats;
import dev.rockpool.Priority;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** The pool of one shard, for threads. Exactly one of its parts is there; the others are null. */
record JdbcShard(JdbcPool pool, BalancedJdbcPool balanced, JdbcCluster cluster) {
    static JdbcShard of(JdbcPool pool) {
        return new JdbcShard(pool, null, null);
    }

    static JdbcShard of(BalancedJdbcPool balanced) {
        return new JdbcShard(null, balanced, null);
    }

    static JdbcShard of(JdbcCluster cluster) {
        return new JdbcShard(null, null, cluster);
    }

    /**
     * A connection. That of a cluster chooses its server with the first statement, and waits for it there.
     *
     * @param timeout how long to wait; null for no limit
     */
    Connection lend(Duration timeout, Priority priority) throws SQLException {
        if (pool != null) return pool.getDataSource().getConnection(timeout, priority);
        if (balanced != null) return balanced.getDataSource().getConnection(timeout, priority);
        return cluster.getDataSource().getConnection();
    }

    /** Runs the work. That on a cluster runs on the primary. */
    <R, X extends Exception> R run(Duration timeout, SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        if (pool != null) return pool.getDataSource().withConnection(timeout, Priority.NORMAL, work);
        if (balanced != null) return balanced.getDataSource().withConnection(timeout, Priority.NORMAL, work);
        return cluster.getDataSource().withConnection(work);
    }

    <R, X extends Exception> R transaction(TransactionOptions options, SqlFunctions.InTransaction<R, X> work)
            throws SQLException, X {
        if (pool != null) return pool.getDataSource().transaction(options, work);
        if (balanced != null) return balanced.getDataSource().transaction(options, work);
        return cluster.getDataSource().transaction(options, work);
    }

    List<PoolStats> snapshot() {
        if (pool != null) return List.of(pool.snapshot());
        if (balanced != null)
            return balanced.getMembers().stream().map(JdbcPool::snapshot).toList();
        return cluster.snapshot();
    }

    void close(Duration grace) {
        if (pool != null) pool.getDataSource().close(grace);
        else if (balanced != null) balanced.getDataSource().close(grace);
        else cluster.getDataSource().close(grace);
    }
}
