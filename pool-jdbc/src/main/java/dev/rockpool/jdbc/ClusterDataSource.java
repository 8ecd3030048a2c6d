package dev.rockpool.jdbc;

import dev.rockpool.Priority;
import dev.rockpool.internal.balance.Candidate;
import dev.rockpool.internal.balance.MemberLeasing;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.jdbc.ClusterPools.Choice;
import dev.rockpool.jdbc.internal.cluster.LazyConnection;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.transaction.ThreadTransactions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * A {@link JdbcCluster} as a {@link DataSource}, for frameworks and threads. Its connections choose their member with
 * the first statement: a read-only one gets a standby, any other the primary. So {@code setReadOnly(true)}, or Spring's
 * {@code @Transactional(readOnly = true)}, is all that code has to say. A read-only connection gets the primary while no
 * standby serves.
 *
 * <p>Getting a connection opens nothing and never waits. Its first statement waits and fails as
 * {@link RockpoolDataSource#getConnection()} does. Thread-safe.
 */
public final class ClusterDataSource implements PooledDataSource {
    private final JdbcCluster cluster;
    private final ClusterPools pools;
    private final MemberLeasing<PhysicalConnection, PooledConnection> leasing;
    private final ThreadLocal<Transactions> inTransaction = new ThreadLocal<>();

    /** Runs transactions, each inside the present one of this thread, if there is one. */
    private interface Transactions {
        <R, X extends Exception> R run(TransactionOptions options, SqlFunctions.InTransaction<R, X> work)
                throws SQLException, X;
    }

    ClusterDataSource(JdbcCluster cluster, ClusterPools pools) {
        this.cluster = cluster;
        this.pools = pools;
        this.leasing =
                (number, slot, ticket) -> new PooledConnection(running(pools.choice(number)).engine, slot, ticket);
    }

    private static Running running(Choice choice) {
        return choice.pool().getDataSource().running();
    }

    /** The same cluster for coroutines, and for its state. */
    public JdbcCluster asJdbcCluster() {
        return cluster;
    }

    /** A connection that chooses its member with the first statement. */
    @Override
    public Connection getConnection() throws SQLException {
        return lazily(timeout(), Priority.NORMAL);
    }

    private Connection lazily(long timeout, Priority priority) throws SQLException {
        if (pools.isClosed()) run(Target.PRIMARY, null, 0, (among, left, routing) -> null); // throws
        JdbcConfig config = pools.writer().getConfig();
        Boolean autoCommit = config.getAutoCommit();
        Boolean readOnly = config.getReadOnly();
        return new LazyConnection(
                (isReadOnly, limit) -> session(isReadOnly, Math.min(limit, timeout), priority),
                autoCommit == null || autoCommit,
                readOnly != null && readOnly);
    }

    private LazyConnection.Session session(boolean readOnly, long timeout, Priority priority) throws SQLException {
        Target target = readOnly ? Target.PREFER_STANDBY : Target.PRIMARY;
        return run(target, null, timeout, (among, left, routing) -> {
            Connection connection = lease(target, among, left, priority, routing);
            return new LazyConnection.Session(connection, routing.isOnStandby());
        });
    }

    /**
     * Leases a connection of this target now. It waits for at most {@code acquireTimeout} of the pool.
     *
     * @throws SQLException like {@link RockpoolDataSource#getConnection()}
     */
    public Connection getConnection(Target target) throws SQLException {
        return run(
                target,
                null,
                timeout(),
                (among, left, routing) -> lease(target, among, left, Priority.NORMAL, routing));
    }

    /** A connection that chooses its member with the first statement, which waits for at most this timeout. */
    @Override
    public Connection getConnection(Duration timeout, Priority priority) throws SQLException {
        return lazily(NanoMath.nanos(timeout), Objects.requireNonNull(priority, "priority"));
    }

    /**
     * Leases a connection of this target that sees what was committed before a mark.
     *
     * @param after a mark of this cluster; null for none
     * @param timeout how long to wait; null means no limit
     */
    public Connection getConnection(Target target, Mark after, Duration timeout, Priority priority)
            throws SQLException {
        Objects.requireNonNull(priority, "priority");
        return run(
                target,
                after,
                NanoMath.nanos(timeout),
                (among, left, routing) -> lease(target, among, left, priority, routing));
    }

    /** A data source whose connections are all of this target, leased at once. Closing this one ends it. */
    public DataSource dataSource(Target target) {
        Objects.requireNonNull(target, "target");
        return new SelectedDataSource(this, () -> getConnection(target), target.toString());
    }

    /** Runs the work with a connection of the primary. */
    @Override
    public <R, X extends Exception> R withConnection(SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        return withConnection(Target.PRIMARY, null, work);
    }

    /** Runs the work with a connection of the primary. */
    @Override
    public <R, X extends Exception> R withConnection(
            Duration timeout, Priority priority, SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        return withConnection(Target.PRIMARY, null, NanoMath.nanos(timeout), priority, work);
    }

    /**
     * Runs the work with a connection of this target, like {@link #withConnection(SqlFunctions.WithConnection)}.
     *
     * @param after what the work must see; null for no matter what
     */
    public <R, X extends Exception> R withConnection(Target target, Mark after, SqlFunctions.WithConnection<R, X> work)
            throws SQLException, X {
        return withConnection(target, after, timeout(), Priority.NORMAL, work);
    }

    private <R, X extends Exception> R withConnection(
            Target target, Mark after, long timeout, Priority priority, SqlFunctions.WithConnection<R, X> work)
            throws SQLException, X {
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(work, "work");
        return this.<R, X>run(target, after, timeout, (among, left, routing) -> {
            PooledConnection leased = lend(target, among, left, priority, routing);
            return chosenFor(leased, among).<R, X>run(leased, connection -> {
                routing.begin(connection);
                return work.run(connection);
            });
        });
    }

    /** Runs the work on a standby if the transaction is read-only and a standby serves, else on the primary. */
    @Override
    public <R, X extends Exception> R transaction(TransactionOptions options, SqlFunctions.InTransaction<R, X> work)
            throws SQLException, X {
        return transaction(options, null, work);
    }

    /**
     * The same for a transaction that sees what was committed before a mark.
     *
     * @param after a mark of this cluster; null for none
     */
    public <R, X extends Exception> R transaction(
            TransactionOptions options, Mark after, SqlFunctions.InTransaction<R, X> work) throws SQLException, X {
        Objects.requireNonNull(work, "work");
        Transactions outer = inTransaction.get();
        if (outer != null) return outer.run(options, work);
        Target target = Boolean.TRUE.equals(options.getReadOnly()) ? Target.PREFER_STANDBY : Target.PRIMARY;
        return this.<R, X>run(target, after, timeout(), (among, left, routing) -> {
            Transactions here = target == Target.PRIMARY
                    ? pools.writer().getDataSource()::transaction
                    : transactions(target, among, routing)::run;
            inTransaction.set(here);
            try {
                return here.<R, X>run(options, (transaction, connection) -> {
                    routing.begin(connection);
                    return work.run(transaction, connection);
                });
            } finally {
                inTransaction.remove();
            }
        });
    }

    private ThreadTransactions transactions(Target target, List<Choice> among, ClusterRouting routing) {
        return new ThreadTransactions(
                pools.name(),
                among.get(0).pool()::snapshot,
                connection -> chosenFor(connection, among).canceller.getValue(),
                (priority, limit) -> lend(target, among, Math.min(limit, routing.left()), priority, routing));
    }

    /** As {@link #batchedQuery(String, SqlFunctions.Bind, SqlFunctions.Read, BatchOptions)} with {@link BatchOptions#defaults()}. */
    public <A, R> BatchedStatement<A, R> batchedQuery(
            String sql, SqlFunctions.Bind<? super A> bind, SqlFunctions.Read<? extends R> read) {
        return batchedQuery(sql, bind, read, BatchOptions.defaults());
    }

    /**
     * A query whose calls run on a standby, or on the primary while none serves. Calls that wait at one server run
     * together. See {@link RockpoolDataSource#batchedQuery(String, SqlFunctions.Bind, SqlFunctions.Read, BatchOptions)}.
     *
     * @throws IllegalArgumentException if {@code sql} is not exactly one statement
     */
    public <A, R> BatchedStatement<A, R> batchedQuery(
            String sql, SqlFunctions.Bind<? super A> bind, SqlFunctions.Read<? extends R> read, BatchOptions options) {
        return new ClusterStatement<>(
                cluster,
                pools,
                Objects.requireNonNull(options, "options"),
                place -> BatchedStatements.query(running(place), sql, bind, read, options));
    }

    /** As {@link #batchedUpdate(String, SqlFunctions.Bind, BatchOptions)} with {@link BatchOptions#defaults()}. */
    public <A> BatchedStatement<A, Integer> batchedUpdate(String sql, SqlFunctions.Bind<? super A> bind) {
        return batchedUpdate(sql, bind, BatchOptions.defaults());
    }

    /**
     * An update whose calls run on the primary. See {@link RockpoolDataSource#batchedUpdate(String, SqlFunctions.Bind,
     * BatchOptions)}.
     *
     * @throws IllegalArgumentException if {@code sql} is not exactly one statement
     */
    public <A> BatchedStatement<A, Integer> batchedUpdate(
            String sql, SqlFunctions.Bind<? super A> bind, BatchOptions options) {
        return pools.writer().getDataSource().batchedUpdate(sql, bind, options);
    }

    /**
     * A mark of everything that was committed before. A read {@code after} it sees that on every member. Asks the
     * primary.
     *
     * @throws SQLException like {@link RockpoolDataSource#getConnection()}
     */
    public Mark mark() throws SQLException {
        return withConnection(ClusterDataSource::markOf);
    }

    static Mark markOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()::text")) {
            row.next();
            return Mark.parse(row.getString(1));
        }
    }

    private <R, X extends Exception> R run(Target target, Mark after, long timeout, ClusterRouting.Call<R, X> call)
            throws SQLException, X {
        Objects.requireNonNull(target, "target");
        return new ClusterRouting(pools, target, after, timeout).run(call);
    }

    private Connection lease(Target target, List<Choice> among, long left, Priority priority, ClusterRouting routing)
            throws SQLException {
        Connection connection = lend(target, among, left, priority, routing);
        try {
            routing.begin(connection);
            return connection;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    /** Readers wait in all pools that may serve them. A connection that has to be prepared comes from the first. */
    private PooledConnection lend(
            Target target, List<Choice> among, long left, Priority priority, ClusterRouting routing)
            throws SQLException {
        boolean isPrepared = among.stream().anyMatch(one -> running(one).preparation != null);
        if (target == Target.PRIMARY || isPrepared) return running(among.get(0)).lend(priority, left);
        List<Candidate<PhysicalConnection>> candidates =
                among.stream().map(Choice::candidate).toList();
        PooledConnection leased = JdbcAcquire.lend(pools.name(), pools.reading(), candidates, left, priority, leasing);
        routing.servedBy(pools.choiceOf(leased));
        return leased;
    }

    /** The pool of this connection, which may have come to serve while its caller waited. */
    private Running chosenFor(PooledConnection leased, List<Choice> among) {
        Running first = running(among.get(0));
        return leased.isOf(first.engine) ? first : running(pools.choiceOf(leased));
    }

    private long timeout() {
        return NanoMath.nanos(pools.writer().getControl().getConfig().getAcquireTimeout());
    }

    @Override
    public void close(Duration grace) {
        pools.close(grace);
    }

    /**
     * @throws SQLFeatureNotSupportedException always: the login is part of the settings
     */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "the login of cluster '" + pools.name() + "' is part of its settings");
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    /** Does nothing: the cluster has its own log. */
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
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) return type.cast(this);
        if (type.isInstance(cluster)) return type.cast(cluster);
        throw new SQLException("a cluster is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this) || type.isInstance(cluster);
    }

    @Override
    public String toString() {
        return cluster.toString();
    }
}
