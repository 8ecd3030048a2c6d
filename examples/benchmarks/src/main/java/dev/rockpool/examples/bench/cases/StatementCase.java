package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.JmhCase;
import dev.rockpool.examples.bench.peer.Target;
import java.util.List;

/** What the wrappers of statements cost. */
public final class StatementCase extends JmhCase {
    public StatementCase() {
        super(
                new About(
                        "statement",
                        "Statement cycle",
                        "prepareStatement, execute, close, 100 times on each connection that is borrowed; 2 threads, a driver that does nothing",
                        "No pool keeps prepared statements here, and the driver makes a new one for nothing: with a real driver the "
                                + "statement is nearly all of it. Statements are closed by their user; one that is forgotten costs more."),
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
