package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.Target;
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
import org.openjdk.jmh.annotations.Threads;

/** Two threads that prepare, run and close statements, each on one connection that it has borrowed once. */
@State(Scope.Benchmark)
@Threads(ConnectionCycle.THREADS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LongLeaseCycle {
    /** The pool. */
    @Param
    public JdbcPeer pool;

    private DataSource dataSource;

    /** Closed only by the end of the JVM, as in {@link ConnectionCycle}. */
    @Setup
    public void open() throws Exception {
        dataSource = Idle.filled(pool, Target.NOTHING, ConnectionCycle.ROOM).dataSource();
    }

    /** One thread's connection. */
    @State(Scope.Thread)
    public static class Lease {
        private Connection connection;

        @Setup
        public void borrow(LongLeaseCycle cycle) throws SQLException {
            connection = cycle.dataSource.getConnection();
        }
    }

    @Benchmark
    public PreparedStatement cycle(Lease lease) throws SQLException {
        PreparedStatement statement = lease.connection.prepareStatement("select 1");
        statement.execute();
        statement.close();
        return statement;
    }
}
