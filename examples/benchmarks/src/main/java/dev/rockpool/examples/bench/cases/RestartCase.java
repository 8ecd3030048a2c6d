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
import java.util.List;

/** How soon callers are served after the server was restarted. */
public final class RestartCase extends ProcessCase {
    private static final Room ROOM = Room.of(4);
    private static final int THREADS = 8;
    private static final Metric FIRST = Metric.less("first", "ms from `accepts` to the first success");
    private static final Metric ALL = Metric.less("all", "ms from `accepts` until each thread had one");
    private static final Metric ERRORS = Metric.less("errors", "errors of callers");
    /**
     * The other connection is tried every two milliseconds, so smaller values mean nothing, and zero allows no ratio.
     */
    private static final double LEAST_MILLIS = 1;

    private static final double ROUND_SECONDS = 1.5;

    public RestartCase() {
        super(new About(
                "restart",
                "Database restart",
                "8 threads on 4 connections of a PostgreSQL that is restarted; a thread whose call failed retries after 5 ms",
                "The server is down for less than a second. After a long outage, pauses between attempts have grown, in HikariCP to "
                        + "ten seconds. Accepts: another connection, tried every 2 ms, succeeds; a pool that succeeds earlier, or within a millisecond, counts as 1. "
                        + "15,000 ms: not within that time."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(FIRST, ALL, ERRORS);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Postgres.UNKNOWN);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(FIRST, 250), Goal.overBest(FIRST, 1));
    }

    @Override
    public boolean needsServer() {
        return true;
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + effort.rounds() * ROUND_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        try (OpenPool pool = Postgres.filled(Idle.peer(input.getCandidate()), input, ROOM)) {
            for (int round = 0; round < input.effort().rounds(); round++) {
                Outage outage =
                        Outage.watch(pool.dataSource(), THREADS, () -> Postgres.connect(input), server::restart);
                samples.add(FIRST.key(), atLeast(outage.firstMillis()));
                samples.add(ALL.key(), atLeast(outage.allMillis()));
                samples.add(ERRORS.key(), outage.errors());
            }
        }
        return samples;
    }

    private static double atLeast(double millis) {
        return Math.max(LEAST_MILLIS, millis);
    }
}
