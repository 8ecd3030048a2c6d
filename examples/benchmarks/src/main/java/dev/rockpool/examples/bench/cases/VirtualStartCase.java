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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** A very large crowd of virtual threads on few connections, when the JVM is new and later. */
public final class VirtualStartCase extends ProcessCase {
    private static final Room ROOM = Room.of(10);
    private static final int THREADS = 10_000;
    private static final int CYCLES = 10;
    private static final int ROUNDS = 4;
    private static final double ROUND_SECONDS = 12;
    private static final Hold HOLD = Hold.parked(200_000);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Metric COLD = Metric.less("cold", "ms, new JVM");
    private static final Metric WARM = Metric.less("warm", "ms, warm JVM");

    public VirtualStartCase() {
        super(new About(
                "virtual-start",
                "Virtual threads, new JVM",
                "10,000 virtual threads start at once on 10 connections; each borrows one 10 times, and is parked for 200 us each time; "
                        + "a driver that does nothing",
                "The first round runs code that is not compiled yet. Four rounds run; the last two count as warm."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(COLD, WARM);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.over("hikaricp", COLD, 1), Goal.over("hikaricp", WARM, 1));
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public String obstacle() {
        return VirtualThreads.obstacle();
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + ROUNDS * ROUND_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        ThreadFactory virtual = VirtualThreads.factory().orElseThrow();
        try (OpenPool pool = Idle.filled(Idle.peer(input.getCandidate()), Target.NOTHING, ROOM)) {
            Samples samples = new Samples().add(COLD.key(), millis(virtual, pool.dataSource()));
            for (int round = 1; round < ROUNDS; round++) {
                double millis = millis(virtual, pool.dataSource());
                if (round >= ROUNDS / 2) samples.add(WARM.key(), millis);
            }
            return samples;
        }
    }

    /** How long all threads take together. */
    private static double millis(ThreadFactory virtual, DataSource dataSource) throws Exception {
        AtomicReference<Exception> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>(THREADS);
        for (int i = 0; i < THREADS; i++) threads.add(virtual.newThread(() -> calls(dataSource, failure)));
        long start = System.nanoTime();
        threads.forEach(Thread::start);
        for (Thread thread : threads) thread.join();
        long nanos = System.nanoTime() - start;
        if (failure.get() != null) throw failure.get();
        return nanos / NANOS_PER_MILLI;
    }

    private static void calls(DataSource dataSource, AtomicReference<Exception> failure) {
        try {
            for (int i = 0; i < CYCLES; i++) {
                try (Connection connection = dataSource.getConnection()) {
                    HOLD.with(connection);
                }
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }
}
