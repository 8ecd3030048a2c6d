package dev.rockpool.examples.chaos;

import dev.rockpool.examples.Build;
import dev.rockpool.examples.CommandLines;
import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.ProgramFailure;
import dev.rockpool.examples.drill.Durations;
import dev.rockpool.testing.chaos.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The chaos command: reads options, injects faults into its own PostgreSQL, prints a table and writes the results. */
@Command(
        name = "chaos",
        description =
                "Starts a PostgreSQL and injects faults into it and its network, while threads and coroutines move money through a "
                        + "pool with default settings. Then checks that the pool kept its promises. The last five faults "
                        + "hit a primary with a standby, while threads use both through a cluster.",
        footer = {
            "",
            "Exit codes: 0 all promises kept, 1 a promise was broken or the database cannot be used, 2 wrong options, 130 interrupted."
        },
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Build.class)
public final class ChaosCommand implements Callable<Integer> {
    @Option(
            names = "--rounds",
            paramLabel = "<n>",
            defaultValue = "9",
            description = "How often each fault is injected. Those of a cluster a third as often.")
    private int rounds;

    @Option(
            names = "--duration",
            paramLabel = "<time>",
            defaultValue = "500ms",
            converter = Durations.class,
            description = "How long a fault lasts, on average.")
    private Duration duration;

    @Option(
            names = "--seed",
            paramLabel = "<n>",
            description =
                    "Repeats the random choices of an earlier run, which printed its seed. Default: a new seed each time.")
    private Long seed;

    @Option(
            names = "--scenario",
            paramLabel = "<name>",
            split = ",",
            converter = Scenarios.class,
            description = "Which faults: ${COMPLETION-CANDIDATES}. Default: all."
                    + " client-frozen stops this program for some seconds; slow-answer reads one answer over a slow"
                    + " link, for 25 times --duration. The five from primary-killed on hit a cluster.",
            completionCandidates = Scenarios.Names.class)
    private List<Enum<?>> scenarios;

    @Option(
            names = "--pool-size",
            paramLabel = "<n>",
            defaultValue = "8",
            description = "Maximum number of connections.")
    private int poolSize;

    @Option(names = "--threads", paramLabel = "<n>", defaultValue = "8", description = "Number of blocking callers.")
    private int threads;

    @Option(
            names = "--coroutines",
            paramLabel = "<n>",
            defaultValue = "8",
            description = "Number of suspending callers.")
    private int coroutines;

    @Option(
            names = "--dashboard",
            description =
                    "Shows the pool on a page while the faults are injected, but no cluster. Prints its address and a token.")
    private boolean dashboard;

    @Option(
            names = "--output",
            paramLabel = "<file>",
            defaultValue = "chaos-results/results.json",
            description = "Where to write the results.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        atLeast("--rounds", rounds, 1);
        atLeast("--pool-size", poolSize, 3);
        atLeast("--threads", threads, 1);
        atLeast("--coroutines", coroutines, 1);
        if (duration.isZero()) throw wrong("--duration is 0s but must be at least 1ms");
        prepare();
        List<Enum<?>> all = scenarios == null ? Scenarios.all() : scenarios;
        if (all.contains(Scenario.CLIENT_FROZEN) && CommandLines.isProgram() && !ChildProcess.isThis())
            return ChildProcess.run(
                    spec.root().userObject().getClass(),
                    spec.root().commandLine().getParseResult().originalArgs());
        // The pool's warnings are expected here.
        System.setProperty("org.slf4j.simpleLogger.log.dev.rockpool", "error");
        ChaosReport report = new ChaosRun(
                        rounds,
                        duration.toMillis(),
                        seed == null ? System.nanoTime() : seed,
                        poolSize,
                        threads,
                        coroutines,
                        all.stream()
                                .filter(Scenario.class::isInstance)
                                .map(Scenario.class::cast)
                                .toList(),
                        all.stream()
                                .filter(ClusterScenario.class::isInstance)
                                .map(ClusterScenario.class::cast)
                                .toList(),
                        dashboard)
                .run(ChaosProgress.detect(spec.commandLine().getErr()));
        new ChaosTable(spec.commandLine().getOut()).print(report);
        write(report);
        spec.commandLine().getOut().printf("  results: %s%n", output);
        return report.getPassed() ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    private void atLeast(String option, int value, int least) {
        if (value < least) throw wrong("%s is %d but must be at least %d".formatted(option, value, least));
    }

    private ParameterException wrong(String complaint) {
        return new ParameterException(spec.commandLine(), complaint);
    }

    /** Checked before the run rather than after it. */
    private void prepare() {
        try {
            Path folder = output.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            if (Files.isWritable(folder) && !Files.isDirectory(output)) return;
        } catch (IOException e) {
            // Reported below, because only the result matters.
        }
        throw wrong("--output is %s but no file can be written there".formatted(output));
    }

    private void write(ChaosReport report) {
        try {
            Files.writeString(output, report.toJson());
        } catch (IOException e) {
            throw new ProgramFailure("cannot write the results: " + e.getMessage(), e);
        }
    }
}
