package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.JmhCase;
import dev.rockpool.examples.bench.peer.Target;
import java.util.List;

/** The cost of statement wrappers. */
public final class StatementCase extends JmhCase {
    public StatementCase() {
        super(
                new About(
                        "statement",
                        "Statement cycle",
                        "prepareStatement, execute, close, 100 times on each borrowed connection; 2 threads, a driver that does nothing",
                        "No pool caches prepared statements here, and the driver creates them at no cost. With a real driver the "
                                + "statement takes nearly all of the time. Statements are closed by the caller; a forgotten one costs more."),
                StatementCycle.class);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ConnectionCycle.ROOM, Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.overBest(NANOS, 1.2));
    }
}
