package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JmhCase;
import dev.rockpool.examples.bench.Versions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What it costs to watch a pool. */
public final class ObservedCase extends JmhCase {
    public ObservedCase() {
        super(
                new About(
                        "observed",
                        "Observed pool",
                        "the connection cycle, and a cycle with " + ObservedCycle.STATEMENTS
                                + " statements; nothing on, meters scraped each second, and everything on; 2 threads, 10 connections, a driver that does nothing",
                        "Everything: meters, a monitor that looks each second, usage by caller, a tracer, all events in a flight recording, and a dashboard that "
                                + "somebody views. Nobody waits here; a wait that is traced costs more. To compare with an older version, run its 'connection'."),
                ObservedCycle.class);
    }

    @Override
    public List<Candidate> candidates() {
        String version = Versions.of("rockpool");
        return Arrays.stream(Observed.values())
                .map(way -> new Candidate(
                        way.key(), "rockpool", "Rockpool " + version + way.remark(), Map.of("maxSize", "10")))
                .toList();
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.over(Observed.EVERYTHING.key(), Observed.ROCKPOOL.key(), NANOS, 0.9),
                Goal.over(Observed.STATEMENTS_EVERYTHING.key(), Observed.STATEMENTS.key(), NANOS, 0.9));
    }

    @Override
    public boolean isQuick() {
        return false;
    }
}
