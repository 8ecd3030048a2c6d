package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.JmhCase;
import dev.rockpool.examples.bench.peer.Target;
import java.util.List;

/** What a borrow and return costs when nobody has to wait. */
public final class ConnectionCase extends JmhCase {
    public ConnectionCase() {
        super(
                new About(
                        "connection",
                        "Connection cycle",
                        "getConnection, close; 2 threads, 10 connections, a driver that does nothing",
                        "It is the pool's own cost. A query takes thousands of times as long, so a service is not faster by this ratio. "
                                + "More threads than cores, or than connections, are other cases."),
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
