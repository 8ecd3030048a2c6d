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
 * Two coroutines, each on its own thread, that take and return a connection. In Java, because JMH's annotation
 * processor does not read Kotlin.
 */
@State(Scope.Benchmark)
@Threads(ConnectionCycle.THREADS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SuspendingCycle {
    /** Enough cycles that starting the coroutine does not matter. */
    static final int CYCLES = 10_000;

    /** The pool. */
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
