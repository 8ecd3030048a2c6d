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
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a pool does without callers. */
public final class IdleCase extends ProcessCase {
    private static final Room ROOM = Room.of(10);
    private static final long SETTLING_SECONDS = 4;
    private static final long WATCHED_SECONDS = 10;
    private static final Metric WAKES = Metric.less("wakes", "wake-ups of threads in 10 s");

    public IdleCase() {
        super(new About(
                "idle",
                "Idle",
                "10 connections, no callers; how often the pool's threads get the processor within 10 s, from 4 s after the last call",
                "Keepalives, and the ends of lifetimes and idle times, are minutes apart and so mostly outside the 10 s. The count is from "
                        + "the operating system (/proc), which only Linux has."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(WAKES);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(WAKES, 1));
    }

    @Override
    public boolean sideBySide() {
        return true;
    }

    @Override
    public String obstacle() {
        return ProcessUsage.countsSwitches() ? null : "this system does not count wake-ups";
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + SETTLING_SECONDS + WATCHED_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Map<Long, Long> own = ProcessUsage.switches();
        try (OpenPool pool = Idle.filled(Idle.peer(input.getCandidate()), Target.NOTHING, ROOM)) {
            pool.dataSource().getConnection().close();
            TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
            Map<Long, Long> before = ProcessUsage.switches();
            TimeUnit.SECONDS.sleep(WATCHED_SECONDS);
            Map<Long, Long> after = ProcessUsage.switches();
            after.keySet().removeAll(own.keySet());
            long wakes = after.entrySet().stream()
                    .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                    .sum();
            return new Samples().add(WAKES.key(), wakes);
        }
    }
}
