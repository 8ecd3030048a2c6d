package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.peer.SuspendingPeer;
import dev.rockpool.examples.bench.peer.SuspendingPool;
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

/**
 * Two coroutines, each on a thread of its own, that take a connection and return it. Java, since JMH's annotation processor
 * reads no Kotlin.
 */
@State(Scope.Benchmark)
@Threads(ConnectionCycle.THREADS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SuspendingCycle {
    /** So many that starting the coroutine does not show. */
    static final int CYCLES = 10_000;

    /** Which pool. */
    @Param
    public SuspendingPeer pool;

    private SuspendingPool open;

    @Setup
    public void open() {
        open = pool.open(ConnectionCycle.ROOM.max());
    }

    @Benchmark
    @OperationsPerInvocation(CYCLES)
    public void cycles(Blackhole blackhole) {
        SuspendingLoops.cycles(open, CYCLES, blackhole::consume);
    }
}
