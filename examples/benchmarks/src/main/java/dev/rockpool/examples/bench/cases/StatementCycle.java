package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/** Two threads that repeatedly take a connection, and prepare, run and close statements on it. */
@State(Scope.Benchmark)
@Threads(ConnectionCycle.THREADS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StatementCycle {
    /**
     * Enough statements that the connection does not matter. Not all on the same connection for ever, because Tomcat's
     * StatementFinalizer remembers each statement until its connection is returned.
     */
    static final int STATEMENTS = 100;

    /** The pool. */
    @Param
    public JdbcPeer pool;

    private OpenPool open;

    @Setup
    public void open() throws Exception {
        open = Idle.filled(pool, Target.NOTHING, ConnectionCycle.ROOM);
    }

    @Benchmark
    @OperationsPerInvocation(STATEMENTS)
    public void cycles(Blackhole blackhole) throws SQLException {
        try (Connection connection = open.dataSource().getConnection()) {
            for (int i = 0; i < STATEMENTS; i++) {
                PreparedStatement statement = connection.prepareStatement("select 1");
                statement.execute();
                statement.close();
                blackhole.consume(statement);
            }
        }
    }
}
