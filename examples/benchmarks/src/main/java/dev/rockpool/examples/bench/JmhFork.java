package dev.rockpool.examples.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A JVM of JMH, with a time limit. */
final class JmhFork {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Class<?> benchmark;
    private final ForkInput input;
    private final Effort effort;
    private final double limitSeconds;

    JmhFork(Class<?> benchmark, ForkInput input, Effort effort, double limitSeconds) {
        this.benchmark = benchmark;
        this.input = input;
        this.effort = effort;
        this.limitSeconds = limitSeconds;
    }

    ForkOutput run() throws ForkFailure {
        // Only one runs at a time. What another program measures at the same time does not matter.
        System.setProperty("jmh.ignoreLock", "true");
        AtomicBoolean late = new AtomicBoolean();
        var limit = CompletableFuture.delayedExecutor((long) (limitSeconds * 1e3), TimeUnit.MILLISECONDS);
        var guard = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    endFork();
                },
                limit);
        try {
            return run(late);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start another JVM", e);
        } finally {
            guard.cancel(false);
        }
    }

    private ForkOutput run(AtomicBoolean late) throws IOException, ForkFailure {
        Path log = Files.createTempFile("rockpool-bench", ".log");
        try {
            return samples(new Runner(options(log)).runSingle());
        } catch (RunnerException e) {
            throw late.get() ? ForkFailure.hung(limitSeconds) : ForkFailure.failed(reason(log, e));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private Options options(Path log) {
        TimeValue window = TimeValue.milliseconds((long) (effort.windowSeconds() * 1e3));
        return new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .param("pool", input.getCandidate().toUpperCase(Locale.ROOT).replace('-', '_'))
                .forks(1)
                .jvmArgsAppend(flags())
                .warmupIterations(2)
                .warmupTime(TimeValue.milliseconds((long) (effort.warmUpSeconds() * 1e3 / 2)))
                .measurementIterations(effort.windows())
                .measurementTime(window)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.NORMAL)
                .output(log.toString())
                .build();
    }

    private static String[] flags() {
        // JMH copies the fork's output to ours.
        List<String> silent =
                List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-Dkotlin-logging.logStartupMessage=false");
        return Stream.concat(ChildJvm.FLAGS.stream(), silent.stream()).toArray(String[]::new);
    }

    private static ForkOutput samples(RunResult run) {
        Samples samples = new Samples();
        for (BenchmarkResult result : run.getBenchmarkResults()) {
            result.getIterationResults()
                    .forEach(iteration -> samples.add(
                            JmhCase.NANOS.key(), iteration.getPrimaryResult().getScore()));
            result.getSecondaryResults().values().stream()
                    .filter(extra -> extra.getLabel().endsWith(ALLOCATED))
                    .forEach(extra -> samples.add(JmhCase.BYTES.key(), extra.getScore()));
        }
        return ForkOutput.of(samples);
    }

    /** The exception of the benchmark, which JMH only prints. */
    private static String reason(Path log, RunnerException e) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.matches("[\\w.$]+(Exception|Error)(: .*)?"))
                .findFirst()
                .orElse(e.getMessage());
    }

    private static void endFork() {
        ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .forEach(ProcessHandle::destroyForcibly);
    }
}
