package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JmhCase;
import dev.rockpool.examples.bench.SuspendingCandidates;
import java.util.List;

/** The cost of a coroutine's cycle without waiting. */
public final class SuspendingFreeCase extends JmhCase {
    public SuspendingFreeCase() {
        super(
                new About(
                        "suspending-free",
                        "Suspending, free",
                        "withConnection or its equivalent; 2 coroutines on their own threads, 10 connections of a driver that does nothing",
                        "No coroutine waits, so none suspends, except with HikariCP, where each cycle goes to a thread of Dispatchers.IO and back. "
                                + "A Semaphore or a Channel neither opens, probes nor replaces anything. The bytes are those of all threads."),
                SuspendingCycle.class);
    }

    @Override
    public List<Candidate> candidates() {
        return SuspendingCandidates.all();
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.over("reactor-pool", NANOS, 25), Goal.atMost(BYTES, 48));
    }
}
