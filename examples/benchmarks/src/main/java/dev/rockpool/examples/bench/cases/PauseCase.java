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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The first call after a pause: what an application with little traffic pays each time. */
public final class PauseCase extends ProcessCase {
    private static final Room ROOM = Room.of(4);
    private static final long PAUSE_SECONDS = 3;
    private static final int CALLS_QUICK = 4;
    private static final int CALLS = 20;
    private static final Metric ACQUIRE = Metric.less("acquire", "µs to acquire");
    private static final Metric CALL = Metric.less("call", "µs of the whole call");
    private static final double NANOS_PER_MICRO = 1e3;

    public PauseCase() {
        super(
                new About(
                        "pause",
                        "First call after a pause",
                        "One call every 3 s on 4 connections of a PostgreSQL: borrows, runs `select 1`, returns",
                        "Most pools validate a connection that was idle for so long, which is one round trip. Agroal validates in the background, every "
                                + "two minutes. Processors have gone to sleep in the meantime, and little of the code is compiled."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(ACQUIRE, CALL);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, Postgres.UNKNOWN);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.over("hikaricp", ACQUIRE, 1));
    }

    @Override
    public boolean needsServer() {
        return true;
    }

    @Override
    public boolean sideBySide() {
        return true;
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + calls(effort) * PAUSE_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        try (OpenPool pool = Postgres.filled(Idle.peer(input.getCandidate()), input, ROOM)) {
            call(pool, new Samples()); // the first one ever also loads classes
            for (int i = 0; i < calls(input.effort()); i++) {
                TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
                call(pool, samples);
            }
        }
        return samples;
    }

    private static void call(OpenPool pool, Samples samples) throws SQLException {
        Hold select = Hold.selecting();
        long start = System.nanoTime();
        long acquired;
        try (Connection connection = pool.dataSource().getConnection()) {
            acquired = System.nanoTime();
            select.with(connection);
        }
        long end = System.nanoTime();
        samples.add(ACQUIRE.key(), (acquired - start) / NANOS_PER_MICRO);
        samples.add(CALL.key(), (end - start) / NANOS_PER_MICRO);
    }

    private static int calls(Effort effort) {
        return effort.quick() ? CALLS_QUICK : CALLS;
    }
}
