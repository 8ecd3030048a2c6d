package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.Target;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/** The cycles of {@link ConnectionCycle} and {@link StatementCycle} on a pool that is watched. */
@State(Scope.Benchmark)
@Threads(ConnectionCycle.THREADS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ObservedCycle {
    static final int STATEMENTS = 10;

    /** What watches the pool, and what its callers do. */
    @Param
    public Observed pool;

    private DataSource dataSource;
    private boolean statements;
    private Watchers watchers;

    @Setup
    public void open() throws Exception {
        dataSource = Idle.filled(JdbcPeer.ROCKPOOL, Target.NOTHING, ConnectionCycle.ROOM)
                .dataSource();
        statements = pool.runsStatements();
        watchers = Watchers.start(pool.level(), ((RockpoolDataSource) dataSource).control());
    }

    /** Fails if what should have watched did not, because the figure would be too good. */
    @TearDown
    public void end() {
        watchers.close();
    }

    @Benchmark
    public Connection cycle(Blackhole blackhole) throws SQLException {
        Connection connection = dataSource.getConnection();
        if (statements) run(connection, blackhole);
        connection.close();
        return connection;
    }

    private static void run(Connection connection, Blackhole blackhole) throws SQLException {
        for (int i = 0; i < STATEMENTS; i++) {
            PreparedStatement statement = connection.prepareStatement("select 1");
            statement.execute();
            statement.close();
            blackhole.consume(statement);
        }
    }
}
