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

/** More threads than connections, which they hold very briefly. */
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
                        "No real caller holds a connection this briefly: a database call takes a hundred times as long. The case shows what "
                                + "a hand-over costs, and favours pools that let newcomers overtake. With fewer cores than running threads it "
                                + "mostly measures the scheduler. Without holds, or with more cores than connections, the ranking is different."));
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
