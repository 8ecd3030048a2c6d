package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.VirtualThreads;
import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Effort;
import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.Metric;
import dev.rockpool.examples.bench.ProcessCase;
import dev.rockpool.examples.bench.Samples;
import dev.rockpool.examples.bench.ServerLink;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** Many virtual threads on few connections. */
public final class VirtualThreadsCase extends ProcessCase {
    private static final Room ROOM = Room.of(10);
    private static final int THREADS = 1_000;
    private static final long HOLD_NANOS = 200_000;
    private static final Metric RATE = Metric.more("rate", "cycles per second");
    private static final Metric WAIT = Metric.less("wait", "p99 wait in us");
    private static final Metric CPU = Metric.less("cpu", "us of CPU per cycle");

    public VirtualThreadsCase() {
        super(new About(
                "virtual",
                "Virtual threads",
                "1,000 virtual threads on 10 connections, each parked for 200 us while it holds one; a driver that does nothing",
                "Before JDK 24 a monitor held while waiting pins a carrier thread, so the ranking of the pools is different there. A real "
                        + "driver adds its own locks and reads."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(RATE, WAIT, CPU);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.overBest(RATE, 1), Goal.overBest(WAIT, 1), Goal.overBest(CPU, 1));
    }

    @Override
    public String obstacle() {
        return VirtualThreads.obstacle();
    }

    @Override
    public double seconds(Effort effort) {
        return effort.untilCompiled().seconds(1);
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        ThreadFactory virtual = VirtualThreads.factory().orElseThrow();
        try (OpenPool pool = Idle.filled(Idle.peer(input.getCandidate()), Target.NOTHING, ROOM)) {
            double cpuBefore = ProcessUsage.cpuMicros();
            Crowd crowd = Crowd.run(
                    THREADS,
                    virtual,
                    () -> Lender.pool(pool.dataSource()),
                    Hold.parked(HOLD_NANOS),
                    true,
                    input.effort().untilCompiled());
            double cpu = ProcessUsage.cpuMicros() - cpuBefore;
            return new Samples()
                    .addAll(RATE.key(), crowd.rates())
                    .add(WAIT.key(), crowd.p99Micros())
                    .add(CPU.key(), cpu / Math.max(1, crowd.cycles()));
        }
    }
}
