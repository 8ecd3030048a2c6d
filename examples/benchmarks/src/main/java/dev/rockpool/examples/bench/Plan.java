package dev.rockpool.examples.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides the order of measurements. In each round, each candidate of a case gets one JVM, and each round starts with
 * another candidate. So other load on the machine affects all of them alike, and no candidate always runs first.
 */
final class Plan {
    /** One JVM. */
    record Turn(BenchCase benchCase, Candidate candidate, int round) {}

    private final List<BenchCase> cases;
    private final Set<String> peers;

    /** @param peers the peers to measure besides Rockpool; empty for all */
    Plan(List<BenchCase> cases, List<String> peers) {
        this.cases = cases;
        this.peers = new LinkedHashSet<>(peers);
    }

    List<BenchCase> cases() {
        return cases;
    }

    /** The candidates of a case that are measured. Rockpool always is, because the others are compared with it. */
    List<Candidate> candidates(BenchCase benchCase) {
        return benchCase.candidates().stream()
                .filter(candidate ->
                        candidate.peer().equals("rockpool") || peers.isEmpty() || peers.contains(candidate.peer()))
                .toList();
    }

    /** The titles of the candidates that are not measured. */
    List<String> leftOut() {
        return cases.stream()
                .flatMap(each -> each.candidates().stream()
                        .filter(other -> !candidates(each).contains(other)))
                .map(Candidate::title)
                .distinct()
                .toList();
    }

    /**
     * The JVMs of a case, in groups that run one after another. The JVMs of a group run at the same time. In the quick
     * form a case that allows it is a single group, because there is one peer of each kind.
     */
    List<List<Turn>> groups(BenchCase benchCase, Effort effort) {
        List<List<Turn>> rounds = IntStream.range(0, effort.forks())
                .mapToObj(round -> round(benchCase, round))
                .toList();
        if (benchCase.sideBySide() && !effort.quick()) return rounds;
        List<Turn> all = rounds.stream().flatMap(List::stream).toList();
        return benchCase.sideBySide()
                ? List.of(all)
                : all.stream().map(List::of).toList();
    }

    private List<Turn> round(BenchCase benchCase, int round) {
        List<Candidate> candidates = candidates(benchCase);
        List<Turn> turns = new ArrayList<>();
        for (int turn = 0; turn < candidates.size(); turn++) {
            turns.add(new Turn(benchCase, candidates.get((round + turn) % candidates.size()), round));
        }
        return turns;
    }

    /** About how long a case takes. */
    double seconds(BenchCase benchCase, Effort effort) {
        if (benchCase.obstacle() != null) return 0;
        return groups(benchCase, effort).size() * benchCase.seconds(effort);
    }

    double seconds(Effort effort) {
        return cases.stream().mapToDouble(each -> seconds(each, effort)).sum();
    }
}
