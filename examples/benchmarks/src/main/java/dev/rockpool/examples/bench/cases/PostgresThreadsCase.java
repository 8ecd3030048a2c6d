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
import java.util.ArrayList;
import java.util.List;

/** The cost of a pool with a real call. */
public final class PostgresThreadsCase extends ProcessCase {
    private static final Room ROOM = Room.of(4);
    private static final Metric RATE = Metric.more("rate", "calls per second");

    public PostgresThreadsCase() {
        super(new About(
                "postgres-threads",
                "PostgreSQL, threads",
                "4 threads on 4 connections, each call borrows, runs `select 1`, and returns; for comparison 4 threads with their own connections",
                "The server is on the same machine, and the query is the cheapest possible. With real queries the pools differ even less. "
                        + "With more threads than connections, the order in which callers are served matters."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(RATE);
    }

    @Override
    public List<Candidate> candidates() {
        List<Candidate> all = new ArrayList<>(JdbcCandidates.all(ROOM, Postgres.UNKNOWN));
        all.add(JdbcCandidates.dedicated());
        return all;
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.over("dedicated", RATE, 0.98));
    }

    @Override
    public double seconds(Effort effort) {
        return effort.untilCompiled().seconds(1);
    }

    @Override
    public boolean needsServer() {
        return true;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        if (input.getCandidate().equals("dedicated")) return run(input, null);
        try (OpenPool pool = Postgres.filled(Idle.peer(input.getCandidate()), input, ROOM)) {
            return run(input, pool);
        }
    }

    /** @param pool null for connections that are not shared */
    private static Samples run(ForkInput input, OpenPool pool) throws InterruptedException {
        Crowd crowd = Crowd.run(
                ROOM.max(),
                Thread::new,
                () -> pool == null ? Postgres.own(input) : Lender.pool(pool.dataSource()),
                Hold.selecting(),
                false,
                input.effort().untilCompiled());
        return new Samples().addAll(RATE.key(), crowd.rates());
    }
}
