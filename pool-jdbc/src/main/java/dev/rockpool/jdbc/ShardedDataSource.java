package dev.rockpool.jdbc;

import dev.rockpool.PoolException;
import dev.rockpool.Priority;
import dev.rockpool.ReshardPlan;
import dev.rockpool.ShardMap;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.shard.ShardRouter;
import dev.rockpool.internal.shard.ShardVisit;
import dev.rockpool.jdbc.internal.cluster.CountedConnection;
import dev.rockpool.jdbc.internal.cluster.ShardKey;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.sql.ShardingKeyBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A {@link ShardedJdbcPool} as a {@link DataSource}, for frameworks and threads. The key of a call
 * decides which shard serves it. A key is a text, an integer, a UUID, a {@code byte[]} or a list of them; see {@link ShardMap}.
 *
 * <p>{@link #getConnection()} has no key, so it is an error. Code that cannot pass one uses {@link #dataSource(Object)}.
 *
 * <p>A call inside the work of another one on the same thread may have any key of the same shard. A key of another
 * shard is refused. Thread-safe.
 */
public final class ShardedDataSource implements DataSource, AutoCloseable {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
    private static final String NO_KEY = "HY000";

    private final ShardedJdbcPool pool;
    private final ShardRouter<JdbcShard> router;
    private final Set<CountedConnection> open;
    private final long acquireTimeout;

    ShardedDataSource(
            ShardedJdbcPool pool, ShardRouter<JdbcShard> router, Set<CountedConnection> open, long acquireTimeout) {
        this.pool = pool;
        this.router = router;
        this.open = open;
        this.acquireTimeout = acquireTimeout;
    }

    /**
     * A builder of a sharded data source.
     *
     * @param name names it in messages and logs
     * @param map which shard has which data; that of the latest plan, if there was one
     */
    public static ShardedBuilder builder(String name, ShardMap map) {
        return new ShardedBuilder(name, map);
    }

    /** The same pool for coroutines. It has the map, the plans and the events, too. */
    public ShardedJdbcPool asJdbcPool() {
        return pool;
    }

    /** All shards by name, for work on each of them, such as migrations. Plans do not see calls that go there. */
    public Map<String, PooledDataSource> shards() {
        return JdbcShard.sources(router.getAll());
    }

    /**
     * Leases a connection of the shard of this key. A plan that moves its bucket waits until it is closed.
     *
     * @throws SQLException like {@link RockpoolDataSource#getConnection()}; with the SQLState HYT00 if the bucket was
     *     still being moved at the timeout; with 22023 if the key is null or has another type
     * @throws IllegalStateException inside the work of a call of another shard
     */
    public Connection getConnection(Object key) throws SQLException {
        return lend(ShardKey.bucketOf(key), acquireTimeout, Priority.NORMAL);
    }

    /**
     * The same with a timeout of its own and a priority.
     *
     * @param timeout how long to wait for the bucket, if it moves, and for a connection; null means no limit
     */
    public Connection getConnection(Object key, Duration timeout, Priority priority) throws SQLException {
        Objects.requireNonNull(priority, "priority");
        return lend(ShardKey.bucketOf(key), NanoMath.nanos(timeout), priority);
    }

    private Connection lend(int bucket, long timeout, Priority priority) throws SQLException {
        long start = System.nanoTime();
        ShardVisit visit = enter(bucket, timeout);
        try {
            Connection leased = router.member(visit.shard()).source().getConnection(left(timeout, start), priority);
            return new CountedConnection(leased, visit, open);
        } catch (SQLException | RuntimeException | Error e) {
            visit.end();
            throw e;
        }
    }

    private ShardVisit enter(int bucket, long timeout) throws SQLException {
        try {
            return router.enterOnThread(bucket, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("pool '" + router.getName() + "': interrupted while waiting for a moving bucket", e);
        } catch (PoolException e) {
            throw JdbcAcquire.translated(e);
        }
    }

    private static Duration left(long timeout, long start) {
        if (timeout == Long.MAX_VALUE) return null;
        return Duration.ofNanos(Math.max(0, timeout - (System.nanoTime() - start)));
    }

    /** A data source for the shard of this key. It ends when this one is closed. */
    public DataSource dataSource(Object key) throws SQLException {
        ShardKey bucket = new ShardKey(ShardKey.bucketOf(key));
        return new SelectedDataSource(this, () -> getConnection(bucket), "a key");
    }

    /** Builds a key for {@link #createConnectionBuilder}. A key of several parts is the same as the list of them. */
    @Override
    public ShardingKeyBuilder createShardingKeyBuilder() {
        return new ShardKey.Builder();
    }

    /**
     * Builds a connection of the shard of a key: {@code createConnectionBuilder().shardingKey(key).build()}. It takes
     * keys of {@link #createShardingKeyBuilder}, no super key, and no user, because each shard has its own.
     */
    @Override
    public ConnectionBuilder createConnectionBuilder() {
        return new ShardedConnectionBuilder(this);
    }

    /** The error of a call that has no key. */
    SQLException noKey() {
        return new SQLNonTransientException(
                "pool '" + router.getName() + "': the call has no key, so no shard can serve it. Try: "
                        + "getConnection(key), createConnectionBuilder().shardingKey(key).build(), or dataSource(key)",
                NO_KEY);
    }

    /** @throws SQLException always, because a shard is found by a key */
    @Override
    public Connection getConnection() throws SQLException {
        throw noKey();
    }

    /** @throws SQLException always, because a shard is found by a key and has its own user */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw noKey();
    }

    /**
     * Runs the work with a connection of the shard of this key, like {@link RockpoolDataSource#withConnection}. It waits
     * and fails like {@link #getConnection(Object)}.
     */
    public <R, X extends Exception> R withConnection(Object key, SqlFunctions.WithConnection<R, X> work)
            throws SQLException, X {
        Objects.requireNonNull(work, "work");
        long start = System.nanoTime();
        ShardVisit visit = enter(ShardKey.bucketOf(key), acquireTimeout);
        ShardVisit before = router.inside(visit);
        try {
            return router.member(visit.shard())
                    .source()
                    .withConnection(left(acquireTimeout, start), Priority.NORMAL, work);
        } finally {
            router.inside(before);
            visit.end();
        }
    }

    /** As {@link #transaction(Object, TransactionOptions, SqlFunctions.InTransaction)} with the defaults. */
    public <R, X extends Exception> R transaction(Object key, SqlFunctions.InTransaction<R, X> work)
            throws SQLException, X {
        return transaction(key, TransactionOptions.defaults(), work);
    }

    /**
     * Runs the work in a transaction on the shard of this key, like {@link
     * RockpoolDataSource#transaction(TransactionOptions, SqlFunctions.InTransaction)}. Inside the work of another
     * transaction of the same shard it is a savepoint of that one.
     *
     * @throws IllegalStateException inside the work of a call of another shard
     */
    public <R, X extends Exception> R transaction(
            Object key, TransactionOptions options, SqlFunctions.InTransaction<R, X> work) throws SQLException, X {
        Objects.requireNonNull(work, "work");
        Duration timeout = options.getTimeout();
        long start = System.nanoTime();
        ShardVisit visit = enter(ShardKey.bucketOf(key), Math.min(acquireTimeout, NanoMath.nanos(timeout)));
        ShardVisit before = router.inside(visit);
        try {
            return router.member(visit.shard()).source().transaction(rest(options, start), work);
        } finally {
            router.inside(before);
            visit.end();
        }
    }

    /** The options with what is left of their timeout. */
    private static TransactionOptions rest(TransactionOptions options, long start) {
        if (options.getTimeout() == null) return options;
        Duration left = left(NanoMath.nanos(options.getTimeout()), start);
        return options.timeout(left == null || left.isZero() ? Duration.ofNanos(1) : left);
    }

    /** As {@link #batchedQuery(String, Function, SqlFunctions.Bind, SqlFunctions.Read, BatchOptions)} with {@link BatchOptions#defaults()}. */
    public <A, R> BatchedStatement<A, R> batchedQuery(
            String sql,
            Function<? super A, ?> key,
            SqlFunctions.Bind<? super A> bind,
            SqlFunctions.Read<? extends R> read) {
        return batchedQuery(sql, key, bind, read, BatchOptions.defaults());
    }

    /**
     * A query whose calls run on the shard of their key. Calls that wait at one shard run together. On a cluster they
     * run on a standby. See {@link RockpoolDataSource#batchedQuery(String, SqlFunctions.Bind, SqlFunctions.Read,
     * BatchOptions)}.
     *
     * @param key returns the key of a call
     * @throws IllegalArgumentException if {@code sql} is not exactly one statement
     * @throws IllegalStateException if a shard is a balanced pool, which has no batched statements
     */
    public <A, R> BatchedStatement<A, R> batchedQuery(
            String sql,
            Function<? super A, ?> key,
            SqlFunctions.Bind<? super A> bind,
            SqlFunctions.Read<? extends R> read,
            BatchOptions options) {
        return batched(key, options, shard -> shard.batchedQuery(sql, bind, read, options));
    }

    /** As {@link #batchedUpdate(String, Function, SqlFunctions.Bind, BatchOptions)} with {@link BatchOptions#defaults()}. */
    public <A> BatchedStatement<A, Integer> batchedUpdate(
            String sql, Function<? super A, ?> key, SqlFunctions.Bind<? super A> bind) {
        return batchedUpdate(sql, key, bind, BatchOptions.defaults());
    }

    /**
     * An update whose calls run on the shard of their key. See {@link RockpoolDataSource#batchedUpdate(String,
     * SqlFunctions.Bind, BatchOptions)}.
     *
     * @param key returns the key of a call
     * @throws IllegalArgumentException if {@code sql} is not exactly one statement
     * @throws IllegalStateException if a shard is a balanced pool, which has no batched statements
     */
    public <A> BatchedStatement<A, Integer> batchedUpdate(
            String sql, Function<? super A, ?> key, SqlFunctions.Bind<? super A> bind, BatchOptions options) {
        return batched(key, options, shard -> shard.batchedUpdate(sql, bind, options));
    }

    private <A, R> BatchedStatement<A, R> batched(
            Function<? super A, ?> key, BatchOptions options, Function<JdbcShard, BatchedStatement<A, R>> made) {
        return new ShardedStatement<>(
                router,
                Objects.requireNonNull(options, "options"),
                acquireTimeout,
                Objects.requireNonNull(key, "key"),
                made);
    }

    /**
     * Carries out a plan, like {@link dev.rockpool.blocking.BlockingShardedPool#reshard}.
     *
     * @param drainTimeout how long to wait for calls that use the buckets; null means no limit
     * @param copy copies the data of the buckets, with the data sources of the shards
     * @throws dev.rockpool.ReshardTimeoutException if calls had not ended within the timeout
     * @throws IllegalStateException if another plan is being carried out, or this one was made for another map
     * @throws IllegalArgumentException if the plan moves buckets to a shard that has no pool
     */
    public <X extends Exception> void reshard(ReshardPlan plan, Duration drainTimeout, SqlFunctions.CopyData<X> copy)
            throws SQLException, X, InterruptedException {
        Objects.requireNonNull(copy, "copy");
        router.reshardOnThread(plan, NanoMath.nanos(drainTimeout), copy::run);
    }

    /** Closes the pools of all shards; leased connections have ten seconds to be returned. */
    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }

    /** Closes the pools of all shards at the same time. Callers that wait for a plan fail at once. */
    public void close(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        router.close();
        CompletableFuture<?>[] all = router.getAll().values().stream()
                .map(shard ->
                        CompletableFuture.runAsync(() -> shard.source().close(grace), PoolThreads.INSTANCE::execute))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).join();
    }

    /** Null: the pools of the shards have log writers. */
    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    /** Does nothing: the pools of the shards have log writers. */
    @Override
    public void setLogWriter(PrintWriter out) {}

    /** Does nothing: {@code acquireTimeout} is the limit. */
    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the pool does not log through java.util.logging");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) return type.cast(this);
        if (type.isInstance(pool)) return type.cast(pool);
        throw new SQLException("a sharded data source is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this) || type.isInstance(pool);
    }

    @Override
    public String toString() {
        return pool.toString();
    }
}
