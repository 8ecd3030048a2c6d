package dev.rockpool.examples.bench;

import dev.rockpool.examples.Build;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Runs the benchmarks. Round by round, each candidate gets one JVM, and each round begins with another one: what else the
 * machine does hits all of them alike.
 */
final class Bench {
    private final Effort effort;
    private final PrintWriter progress;
    private final List<Forks> all = Candidate.all().stream().map(Forks::new).toList();

    /** @param progress gets one line per fork */
    Bench(Effort effort, PrintWriter progress) {
        this.effort = effort;
        this.progress = progress;
    }

    BenchResult run() {
        String startedAt = Instant.now().toString();
        MachineResult machine = MachineResult.here();
        progress.printf(Locale.ROOT, "measuring for about %d s%n", effort.totalSeconds(all.size()));
        for (int round = 0; round < effort.forks(); round++) {
            for (int turn = 0; turn < all.size(); turn++) measure(round, turn);
        }
        double reference = all.get(0).mean();
        return new BenchResult(
                Build.version(),
                startedAt,
                machine,
                new EffortResult(effort.forks(), effort.warmups(), effort.iterations(), effort.seconds()),
                ConnectionCycle.THREADS,
                Contender.SIZE,
                all.stream().map(forks -> forks.row(reference)).toList());
    }

    private void measure(int round, int turn) {
        Forks forks = all.get((round + turn) % all.size());
        double nanos = forks.add(effort);
        progress.printf(
                Locale.ROOT,
                "  %3d/%d  %-28s %8.1f ns%n",
                round * all.size() + turn + 1,
                effort.forks() * all.size(),
                forks.candidate().title(),
                nanos);
        progress.flush();
    }
}
