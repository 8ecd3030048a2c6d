package dev.rockpool.examples.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A case whose forks return what the test wants, and that records which candidates were measured. */
final class FakeCase extends BenchCase {
    static final Metric TIME = Metric.less("time", "ns");

    /** The behaviour of a fork of a candidate. */
    interface Fork {
        double measure(String candidate, int earlier) throws ForkFailure;
    }

    private final List<Candidate> candidates;
    private final Fork fork;
    private final List<String> measured = new ArrayList<>();
    private String obstacle;

    FakeCase(Fork fork, String... candidates) {
        super(new About("fake", "Fake case", "nothing is done", "anywhere"));
        this.fork = fork;
        this.candidates = Arrays.stream(candidates).map(FakeCase::candidate).toList();
    }

    static Candidate candidate(String key) {
        return new Candidate(key, key, key + " 1.0", Map.of("size", "10"));
    }

    /** The candidates in the order in which forks of them were started. */
    List<String> measured() {
        return measured;
    }

    FakeCase impossible(String why) {
        obstacle = why;
        return this;
    }

    @Override
    public String obstacle() {
        return obstacle;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(TIME);
    }

    @Override
    public List<Candidate> candidates() {
        return candidates;
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.overBest(TIME, 2));
    }

    @Override
    ForkOutput fork(ForkInput input, Runnable server) throws ForkFailure {
        int earlier =
                (int) measured.stream().filter(input.getCandidate()::equals).count();
        measured.add(input.getCandidate());
        return ForkOutput.of(new Samples().add(TIME.key(), fork.measure(input.getCandidate(), earlier)));
    }
}
