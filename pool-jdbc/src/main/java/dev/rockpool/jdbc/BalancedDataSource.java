package dev.rockpool.jdbc;

import dev.rockpool.Balance;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;
import dev.rockpool.Priority;
import dev.rockpool.internal.balance.EngineBalancedPool;
import dev.rockpool.internal.balance.MemberLeasing;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.engine.acquire.PrepareAttempts;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.connection.Preparation;
import dev.rockpool.jdbc.internal.connection.UnpreparedException;
import dev.rockpool.jdbc.internal.transaction.ThreadTransactions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Several data sources used as one, such as those of several servers with the same data. Each connection comes from the
 * member that a {@link Balance} chooses; see {@link dev.rockpool.BalancedPool}. Thread-safe.
 *
 * <pre>{@code
 * var reads = BalancedDataSource.of("reads", List.of(one, two), Balance.RANDOM_OF_TWO);
 * try (var connection = reads.getConnection()) { ... }
 * }</pre>
 */
public final class BalancedDataSource implements PooledDataSource {
    private final BalancedJdbcPool pool;
    private final EngineBalancedPool<PhysicalConnection> generic;
    private final List<RockpoolDataSource> members;
    private final MemberLeasing<PhysicalConnection, PooledConnection> leasing;
    private final ThreadTransactions transactions;
    private volatile int loginTimeout;

    BalancedDataSource(
            BalancedJdbcPool pool, EngineBalancedPool<PhysicalConnection> generic, List<RockpoolDataSource> members) {
        this.pool = pool;
        this.generic = generic;
        this.members = members;
        this.leasing = (member, slot, ticket) ->
                new PooledConnection(members.get(member).running().engine, slot, ticket);
        this.transactions = new ThreadTransactions(
                generic.getBalancer().getName(),
                generic::snapshot,
                connection -> memberOf(connection).canceller.getValue(),
                (priority, limit) -> lend(Math.min(limit, patience()), priority));
    }

    /**
     * Uses several data sources as one, with equal weights.
     *
     * @param name names it in messages and stats
     * @param members 1 to 64 data sources, each only once
     * @throws dev.rockpool.InvalidConfigException naming everything that is wrong
     */
    public static BalancedDataSource of(String name, List<RockpoolDataSource> members, Balance balance) {
        return of(name, members, balance, List.of(), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    /**
     * Uses several data sources as one, with weights and times.
     *
     * @param weights how large a share of the calls each member gets, 1 to 1,000; empty for equal shares
     * @param acquireTimeout how long a caller waits by default, in whichever members; null means for ever
     * @param rampUp how long a member that returns gets less than its share, from a tenth upwards; zero for no such time
     * @throws dev.rockpool.InvalidConfigException naming everything that is wrong
     */
    public static BalancedDataSource of(
            String name,
            List<RockpoolDataSource> members,
            Balance balance,
            List<Integer> weights,
            Duration acquireTimeout,
            Duration rampUp) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(balance, "balance");
        Objects.requireNonNull(rampUp, "rampUp");
        List<JdbcPool> pools =
                members.stream().map(RockpoolDataSource::asJdbcPool).toList();
        return JdbcPools.balanced(name, pools, balance, List.copyOf(weights), acquireTimeout, rampUp)
                .getDataSource();
    }

    /** Leases a connection of a member. */
    @Override
    public Connection getConnection() throws SQLException {
        return lend(patience(), Priority.NORMAL);
    }

    @Override
    public Connection getConnection(Duration timeout, Priority priority) throws SQLException {
        return lend(NanoMath.nanos(timeout), Objects.requireNonNull(priority, "priority"));
    }

    /** Not supported: each member has its own user. */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "pool '" + generic.getBalancer().getName() + "' has the users of its members; ask one of them");
    }

    private long patience() {
        int seconds = loginTimeout;
        return seconds > 0 ? TimeUnit.SECONDS.toNanos(seconds) : generic.getAcquireTimeout();
    }

    private PooledConnection lend(long nanos, Priority priority) throws SQLException {
        PooledConnection connection = JdbcAcquire.lend(generic.getBalancer(), nanos, priority, leasing);
        return memberOf(connection).preparation == null ? connection : prepared(connection, nanos, priority);
    }

    /** Prepares the connection for its user, or another one if that fails. */
    private PooledConnection prepared(PooledConnection first, long nanos, Priority priority) throws SQLException {
        PrepareAttempts attempts = memberOf(first).engine.prepareAttempts(nanos);
        PooledConnection connection = first;
        for (; ; ) {
            Preparation preparation = memberOf(connection).preparation;
            try {
                if (preparation != null) connection.prepare(preparation, null);
                return connection;
            } catch (UnpreparedException e) {
                JdbcAcquire.failed(attempts, e.getCause());
            }
            connection = JdbcAcquire.lend(generic.getBalancer(), attempts.left(), priority, leasing);
        }
    }

    private Running memberOf(PooledConnection connection) {
        for (RockpoolDataSource member : members) {
            Running running = member.running();
            if (connection.isOf(running.engine)) return running;
        }
        throw new IllegalStateException("not a connection of a member: " + connection);
    }

    @Override
    public <R, X extends Exception> R withConnection(SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        PooledConnection connection = lend(patience(), Priority.NORMAL);
        return memberOf(connection).run(connection, work);
    }

    @Override
    public <R, X extends Exception> R withConnection(
            Duration timeout, Priority priority, SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        Objects.requireNonNull(priority, "priority");
        PooledConnection connection = lend(NanoMath.nanos(timeout), priority);
        return memberOf(connection).run(connection, work);
    }

    /** Runs the work on one member. A retry may run on another one. */
    @Override
    public <R, X extends Exception> R transaction(TransactionOptions options, SqlFunctions.InTransaction<R, X> work)
            throws SQLException, X {
        return transactions.run(options, work);
    }

    /** The same pools for coroutines. */
    public BalancedJdbcPool asJdbcPool() {
        return pool;
    }

    /** The data sources among which it chooses. They can still be used on their own. */
    public List<RockpoolDataSource> members() {
        return members;
    }

    /** The members that get no calls now, because their server is away or they are closed. */
    public List<RockpoolDataSource> membersOut() {
        return pool.membersOut().stream().map(JdbcPool::getDataSource).toList();
    }

    /** Operates all members: events, health, eviction, pausing. */
    public PoolControl control() {
        return generic.getControl();
    }

    /** The sums of the members' current numbers. A caller that waits in several queues is pending once. */
    public PoolStats snapshot() {
        return generic.snapshot();
    }

    /** Closes a leased connection instead of returning it. Like {@link JdbcPool#evict}. */
    public boolean evict(Connection connection) {
        return pool.evict(connection);
    }

    /** Closes all members at the same time. */
    @Override
    public void close(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        generic.getBalancer().close();
        CompletableFuture<?>[] all = members.stream()
                .map(member -> member.running().closeAsync(grace))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).join();
        for (RockpoolDataSource member : members) member.running().whenClosed.run();
        PoolThreads.INSTANCE.joinUnneeded();
    }

    /** The login timeout in seconds; 0 if the default timeout applies. */
    @Override
    public int getLoginTimeout() {
        return loginTimeout;
    }

    /**
     * How long {@link #getConnection()} waits instead of the default timeout.
     *
     * @param seconds 0 for the default timeout
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        loginTimeout = JdbcAcquire.loginTimeout(seconds);
    }

    /** Always null: the members have log writers. */
    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    /** Sets the log writer of each member. */
    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        for (RockpoolDataSource member : members) member.setLogWriter(out);
    }

    /** Unwraps to this, the {@link BalancedJdbcPool}, or the generic pool behind both. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        for (Object wrapped : List.of(this, pool, generic)) if (type.isInstance(wrapped)) return type.cast(wrapped);
        throw new SQLException("this data source is no " + type.getName() + " and wraps none");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type != null && (type.isInstance(this) || type.isInstance(pool) || type.isInstance(generic));
    }

    @Override
    public String toString() {
        return generic.toString();
    }
}
