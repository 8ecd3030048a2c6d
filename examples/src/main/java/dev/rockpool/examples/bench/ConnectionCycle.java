package dev.rockpool.examples.bench;

import dev.rockpool.examples.bench.driver.IdleDataSource;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Two threads that take a connection and return it, over and over, on a pool with room for both. */
@State(Scope.Benchmark)
@Threads(ConnectionCycle.THREADS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConnectionCycle {
    static final int THREADS = 2;

    private static final long OPENING_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Which pool. */
    @Param
    public Contender pool;

    private DataSource dataSource;

    @Setup
    public void open() throws Exception {
        int openedBefore = IdleDataSource.opened();
        dataSource = pool.open();
        awaitConnections(openedBefore + Contender.SIZE);
    }

    /** Returns the connection, so that the compiler cannot do without the object, as it could not in a program. */
    @Benchmark
    public Connection cycle() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.close();
        return connection;
    }

    @TearDown
    public void close() throws Exception {
        ((AutoCloseable) dataSource).close();
    }

    /**
     * All pools open their connections in the background. A caller that comes meanwhile is not what is measured, and one
     * of Agroal 3.2.1 can miss all of them, and wait for a return until its 30 s are over.
     */
    private static void awaitConnections(int opened) throws InterruptedException {
        long deadline = System.nanoTime() + OPENING_NANOS;
        while (IdleDataSource.opened() < opened) {
            if (System.nanoTime() - deadline > 0) throw new IllegalStateException("the pool did not fill itself");
            Thread.sleep(1);
        }
    }
}
