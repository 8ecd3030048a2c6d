package dev.rockpool.examples.bench;

import dev.rockpool.examples.ProgramFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.ListStatistics;
import org.openjdk.jmh.util.Statistics;

/** What the forks of one candidate measured, one fork after the other. */
final class Forks {
    /** JMH's own choice: the mean lies within the error with 99.9 %. */
    private static final double CONFIDENCE = 0.999;

    private static final String BYTES = "gc.alloc.rate.norm";

    private final Candidate candidate;
    private final List<List<Double>> nanos = new ArrayList<>();
    private final List<Double> bytes = new ArrayList<>();

    Forks(Candidate candidate) {
        this.candidate = candidate;
    }

    Candidate candidate() {
        return candidate;
    }

    /** Runs one more JVM, and returns the mean it measured in nanoseconds. */
    double add(Effort effort) {
        List<Double> fork = new ArrayList<>();
        for (BenchmarkResult result : run(effort).getBenchmarkResults()) {
            for (IterationResult iteration : result.getIterationResults()) {
                fork.add(iteration.getPrimaryResult().getScore());
            }
            result.getSecondaryResults().values().stream()
                    .filter(extra -> extra.getLabel().endsWith(BYTES))
                    .forEach(extra -> bytes.add(extra.getScore()));
        }
        nanos.add(fork);
        return statistics(fork).getMean();
    }

    private RunResult run(Effort effort) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + candidate.benchmark().getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupIterations(effort.warmups())
                .warmupTime(effort.iteration())
                .measurementIterations(effort.iterations())
                .measurementTime(effort.iteration())
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (candidate.pool() != null) options.param("pool", candidate.pool().name());
        if (effort.bytes()) options.addProfiler(GCProfiler.class);
        try {
            return new Runner(options.build()).runSingle();
        } catch (RunnerException e) {
            throw new ProgramFailure("cannot measure " + candidate.title() + ": " + e.getMessage(), e);
        }
    }

    /** @param reference the mean of the candidate to compare with */
    BenchRow row(double reference) {
        return new BenchRow(
                candidate.title(),
                candidate.benchmark().getSimpleName(),
                mean(),
                statistics(all()).getMeanErrorAt(CONFIDENCE),
                mean() / reference,
                bytes.isEmpty() ? null : Collections.max(bytes),
                nanos);
    }

    double mean() {
        return statistics(all()).getMean();
    }

    private List<Double> all() {
        return nanos.stream().flatMap(List::stream).toList();
    }

    private static Statistics statistics(List<Double> values) {
        return new ListStatistics(
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
