package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.JmhCase;
import dev.rockpool.examples.bench.peer.Target;
import java.util.List;

/** The cost of a borrow and return without waiting. */
public final class ConnectionCase extends JmhCase {
    public ConnectionCase() {
        super(
                new About(
                        "connection",
                        "Connection cycle",
                        "getConnection, close; 2 threads, 10 connections, a driver that does nothing",
                        "This is the pool's own cost. A query takes thousands of times as long, so a service is not faster by this ratio. "
                                + "More threads than cores or connections are other cases."),
                ConnectionCycle.class);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ConnectionCycle.ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.overBest(NANOS, 2.5), Goal.over("hikaricp", NANOS, 6), Goal.atMost(BYTES, 64));
    }
}
