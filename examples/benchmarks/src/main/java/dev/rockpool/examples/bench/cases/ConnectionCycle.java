package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.sql.Connection;
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

/** Two threads that repeatedly take and return a connection, on a pool with room for both. */
@State(Scope.Benchmark)
@Threads(ConnectionCycle.THREADS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConnectionCycle {
    static final int THREADS = 2;
    static final Room ROOM = Room.of(10);

    /** The pool. */
    @Param
    public JdbcPeer pool;

    private DataSource dataSource;

    /**
     * Closed only by the end of the JVM: while one thread closed it, JMH would let the other one sleep for a second.
     */
    @Setup
    public void open() throws Exception {
        dataSource = Idle.filled(pool, Target.NOTHING, ROOM).dataSource();
    }

    /** Returns the connection, so that the compiler cannot eliminate the object, as it could not in a real program. */
    @Benchmark
    public Connection cycle() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.close();
        return connection;
    }
}
