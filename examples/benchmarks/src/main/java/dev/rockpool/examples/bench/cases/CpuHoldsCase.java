package dev.rockpool.examples.bench.cases;

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

/** More threads than connections, which they hold for hardly any time. */
public final class CpuHoldsCase extends ProcessCase {
    private static final Room ROOM = Room.of(4);
    private static final List<Integer> THREADS = List.of(8, 16);
    private static final List<Metric> RATES = THREADS.stream()
            .map(threads -> Metric.more("rate-" + threads, "cycles per second, " + threads + " threads"))
            .toList();

    public CpuHoldsCase() {
        super(
                new About(
                        "cpu-holds",
                        "Saturated, CPU holds",
                        "8 and 16 threads on 4 connections, each computing for 0.4 us while it holds one; a driver that does nothing",
                        "Nobody holds a connection for so short a time: a call of a database takes a hundred times as long. It shows what "
                                + "handing over costs, and rewards pools that let newcomers pass; with fewer cores than threads that run it "
                                + "is mostly the scheduler. Threads without any hold, or with more cores than connections, give other orders."));
    }

    @Override
    public List<Metric> metrics() {
        return RATES;
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return RATES.stream().map(rate -> Goal.overBest(rate, 0.95)).toList();
    }

    @Override
    public double seconds(Effort effort) {
        return effort.secondsOfLevels(THREADS.size());
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        Hold hold = Hold.computing(input.getWorkTokens());
        try (OpenPool pool = Idle.filled(Idle.peer(input.getCandidate()), Target.NOTHING, ROOM)) {
            for (int i = 0; i < THREADS.size(); i++) {
                Crowd crowd = Crowd.run(
                        THREADS.get(i),
                        Thread::new,
                        () -> Lender.pool(pool.dataSource()),
                        hold,
                        false,
                        input.effort().level(i == 0));
                samples.addAll(RATES.get(i).key(), crowd.rates());
            }
        }
        return samples;
    }
}
