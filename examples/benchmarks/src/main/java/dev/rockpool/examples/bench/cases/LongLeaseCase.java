package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.JmhCase;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.Target;
import java.util.Arrays;
import java.util.List;

/** The cost of statement wrappers in a lease that lasts, such as that of a batch job. */
public final class LongLeaseCase extends JmhCase {
    public LongLeaseCase() {
        super(
                new About(
                        "long-lease",
                        "Statements in a long lease",
                        "prepareStatement, execute, close on one connection that is borrowed once; 2 threads, a driver that does nothing",
                        "As for the statement cycle. Tomcat JDBC is left out: its StatementFinalizer remembers each statement until the "
                                + "connection is returned, which never happens here."),
                LongLeaseCycle.class);
    }

    @Override
    public List<Candidate> candidates() {
        return Arrays.stream(JdbcPeer.values())
                .filter(peer -> peer != JdbcPeer.TOMCAT)
                .map(peer -> JdbcCandidates.of(peer, ConnectionCycle.ROOM, Target.NOTHING))
                .toList();
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.over("hikaricp", NANOS, 1.2));
    }
}
