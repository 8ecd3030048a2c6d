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

/** More threads than connections, which compute while they hold one. */
public final class CpuHoldsCase extends ProcessCase {
    private static final Room ROOM = Room.of(4);
    private static final List<Level> LEVELS = List.of(
            new Level("rate-8", "8 threads", 8, 1),
            new Level("rate-16", "16 threads", 16, 1),
            new Level("rate-16-long", "16 threads, 50 us", 16, 125));

    /** @param holds how many times 0.4 us a hold takes */
    private record Level(String key, String title, int threads, int holds) {
        Metric rate() {
            return Metric.more(key, "cycles per second, " + title);
        }
    }

    public CpuHoldsCase() {
        super(
                new About(
                        "cpu-holds",
                        "Saturated, CPU holds",
                        "8 and 16 threads on 4 connections, each computing for 0.4 us while it holds one, and 16 for 50 us; a driver that does nothing",
                        "No real caller holds a connection for 0.4 us: a database call takes a hundred times as long. The case shows what "
                                + "a hand-over costs, and favours pools that let newcomers overtake. With fewer cores than running threads it "
                                + "mostly measures the scheduler. Without holds, or with more cores than connections, the ranking is different."));
    }

    @Override
    public List<Metric> metrics() {
        return LEVELS.stream().map(Level::rate).toList();
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return metrics().stream().map(rate -> Goal.overBest(rate, 0.95)).toList();
    }

    @Override
    public double seconds(Effort effort) {
        return effort.secondsOfLevels(LEVELS.size());
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        try (OpenPool pool = Idle.filled(Idle.peer(input.getCandidate()), Target.NOTHING, ROOM)) {
            for (Level level : LEVELS) {
                Crowd crowd = Crowd.run(
                        level.threads(),
                        Thread::new,
                        () -> Lender.pool(pool.dataSource()),
                        Hold.computing(input.getWorkTokens() * level.holds()),
                        false,
                        input.effort().level(level == LEVELS.get(0)));
                samples.addAll(level.key(), crowd.rates());
            }
        }
        return samples;
    }
}
