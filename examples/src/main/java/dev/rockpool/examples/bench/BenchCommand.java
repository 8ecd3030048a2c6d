package dev.rockpool.examples.bench;

import dev.rockpool.examples.Build;
import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.ProgramFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmarks as a command: reads options, runs them, writes what they found. */
@Command(
        name = "bench",
        description = {
            "Measures how long it takes to get a connection and return it, beside HikariCP and Agroal in one",
            "run, with JMH: a driver that does nothing, 2 threads, 10 connections."
        },
        footer = {"", "Exit codes: 0 measured, 1 something kept it from measuring, 2 wrong options."},
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Build.class)
public final class BenchCommand implements Callable<Integer> {
    private static final int MOST_FORKS = 100;

    @Option(
            names = "--quick",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Two minutes for 3 forks; --no-quick takes eight, for smaller errors.")
    private boolean quick;

    @Option(names = "--forks", paramLabel = "<n>", defaultValue = "3", description = "JVMs per pool, interleaved.")
    private int forks;

    @Option(
            names = "--gc",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Count the bytes allocated per cycle, too; --no-gc does not.")
    private boolean gc;

    @Option(names = "--output", paramLabel = "<file>", description = "Where to write the results as JSON, if at all.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String problem = firstProblem();
        if (problem != null) throw new ParameterException(spec.commandLine(), problem);
        Effort effort = Effort.of(forks, quick, gc);
        BenchResult result = new Bench(effort, spec.commandLine().getErr()).run();
        new BenchTable(spec.commandLine().getOut()).print(result, effort);
        if (output != null) write(result);
        return ExitCodes.GOOD;
    }

    private String firstProblem() {
        if (forks < 1) return "--forks is %d but must be at least 1".formatted(forks);
        if (forks > MOST_FORKS) return "--forks is %d but must be at most %d".formatted(forks, MOST_FORKS);
        return output == null ? null : outputProblem();
    }

    /** Found out before the run, not after it. */
    private String outputProblem() {
        try {
            Path folder = output.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            if (Files.isDirectory(output)) return "--output is the folder %s but must be a file".formatted(output);
            if (Files.isWritable(folder)) return null;
        } catch (IOException e) {
            // Said below: what matters is that the place does not do.
        }
        return "--output is %s but nothing can be written there".formatted(output);
    }

    private void write(BenchResult result) {
        try {
            Files.writeString(output, result.toJson());
        } catch (IOException e) {
            throw new ProgramFailure("cannot write the results: " + e.getMessage(), e);
        }
        spec.commandLine().getOut().printf("  results: %s%n", output);
    }
}
