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
import java.util.stream.Stream;

/** More threads than connections, which they hold as long as a fast query takes. */
public final class IoHoldsCase extends ProcessCase {
    private static final Room ROOM = Room.of(4);
    private static final long HOLD_NANOS = 200_000;

    /** The metrics for this number of threads. */
    private record Level(int threads, Metric rate, Metric waited, Metric spread) {
        static Level of(int threads) {
            String with = ", " + threads + " threads";
            return new Level(
                    threads,
                    Metric.more("rate-" + threads, "cycles per second" + with),
                    Metric.less("wait-" + threads, "p99 wait in us" + with),
                    Metric.less("spread-" + threads, "% between most and least served thread" + with));
        }

        Stream<Metric> metrics() {
            return Stream.of(rate, waited, spread);
        }

        Stream<Goal> goals() {
            return Stream.of(
                    Goal.overBest(rate, 0.98),
                    Goal.overBest(waited, 0.8),
                    Goal.over("hikaricp", waited, 5),
                    Goal.atMost(spread, 2));
        }
    }

    private static final List<Level> LEVELS = List.of(Level.of(16), Level.of(64));

    public IoHoldsCase() {
        super(
                new About(
                        "io-holds",
                        "Saturated, I/O holds",
                        "16 and 64 threads on 4 connections, each parked for 200 us while it holds one; a driver that does nothing",
                        "All holds are equally long. With very different holds no pool serves callers equally often. A timer adds about "
                                + "50 us to each park on Linux. In the quick form the spread is measured over a second, where a few cycles are a percent."));
    }

    @Override
    public List<Metric> metrics() {
        return LEVELS.stream().flatMap(Level::metrics).toList();
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return LEVELS.stream().flatMap(Level::goals).toList();
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(LEVELS.size());
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        Hold hold = Hold.parked(HOLD_NANOS);
        try (OpenPool pool = Idle.filled(Idle.peer(input.getCandidate()), Target.NOTHING, ROOM)) {
            for (Level level : LEVELS) {
                Crowd crowd = Crowd.run(
                        level.threads(), Thread::new, () -> Lender.pool(pool.dataSource()), hold, true, input.effort());
                samples.addAll(level.rate().key(), crowd.rates());
                samples.add(level.waited().key(), crowd.p99Micros());
                samples.add(level.spread().key(), crowd.spreadPercent());
            }
        }
        return samples;
    }
}
