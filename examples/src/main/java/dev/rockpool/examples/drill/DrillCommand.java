package dev.rockpool.examples.drill;

import dev.rockpool.examples.Build;
import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.ProgramFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The load drill as a command: reads options, runs the drill, writes what it found. */
@Command(
        name = "drill",
        description =
                "Drives a pool with many callers against PostgreSQL, then checks that nothing leaked, no limit was "
                        + "broken and the money adds up. Without --url it starts an embedded server.",
        footer = {
            "",
            "Exit codes: 0 all checks passed, 1 a check failed or the database cannot be used, 2 wrong options, "
                    + "130 interrupted (the results so far are written)."
        },
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Build.class)
public final class DrillCommand implements Callable<Integer> {
    @Option(names = "--pool-size", paramLabel = "<n>", defaultValue = "10", description = "Connections at most.")
    private int poolSize;

    @Option(names = "--callers", paramLabel = "<n>", defaultValue = "64", description = "Callers at the same time.")
    private int callers;

    @Option(
            names = "--duration",
            paramLabel = "<time>",
            defaultValue = "20s",
            converter = Durations.class,
            description = "How long to drive: 500ms, 20s, 1m.")
    private Duration duration;

    @Option(
            names = "--acquire-timeout",
            paramLabel = "<time>",
            defaultValue = "5s",
            converter = Durations.class,
            description = "How long a caller waits for a connection.")
    private Duration acquireTimeout;

    @Option(
            names = "--mode",
            paramLabel = "<mode>",
            defaultValue = "suspend",
            converter = Choices.OfMode.class,
            description =
                    "What the callers are: coroutines (suspend), threads (blocking) or virtual threads (virtual).")
    private Mode mode;

    @Option(
            names = "--workload",
            paramLabel = "<work>",
            defaultValue = "transfer",
            converter = Choices.OfWorkload.class,
            description = "select: one query each time; transfer: money moved between accounts in transactions.")
    private WorkloadKind workload;

    @Option(
            names = "--kill-every",
            paramLabel = "<time>",
            converter = Durations.class,
            description = "Terminate all of the pool's sessions on the server each time so long has passed.")
    private Duration killEvery;

    @Option(names = "--url", paramLabel = "<url>", description = "A PostgreSQL to drive: jdbc:postgresql://host/db.")
    private String url;

    @Option(names = "--user", paramLabel = "<name>", description = "Its user.")
    private String user;

    @Option(names = "--password", paramLabel = "<word>", description = "The user's password.")
    private String password;

    @Option(
            names = "--output",
            paramLabel = "<file>",
            defaultValue = "drill-results/results.json",
            description = "Where to write the results; the HTML report goes beside it.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Settings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = Progress.detect(spec.commandLine().getErr());
        StopSignal stop = StopSignal.fromOperatingSystem();
        DrillResult result;
        try {
            result = new Drill(settings, stop, progress).run();
        } catch (ProgramFailure e) {
            if (!stop.isGiven()) throw e;
            // Ctrl-C reaches the embedded server's installer as well, which then fails.
            progress.say("interrupted before there was anything to report");
            return ExitCodes.INTERRUPTED;
        }
        new TextReport(out).print(result, settings.title());
        write(result, settings);
        out.printf("  results: %s%n  report:  %s%n", settings.output(), settings.report());
        out.flush();
        return exitCode(result);
    }

    static int exitCode(DrillResult result) {
        if (result.getInterrupted()) return ExitCodes.INTERRUPTED;
        return result.getPassed() ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    private Settings settings() {
        Settings settings = new Settings(
                poolSize, callers, duration, acquireTimeout, mode, workload, killEvery, url, user, password, output);
        String problem = SettingsRules.firstProblem(settings);
        if (problem == null) problem = prepare(output);
        if (problem != null) throw new ParameterException(spec.commandLine(), problem);
        return settings;
    }

    /** Found out before the load, not after it. */
    private static String prepare(Path output) {
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

    private static void write(DrillResult result, Settings settings) {
        try {
            Files.writeString(settings.output(), result.toJson());
            Files.writeString(settings.report(), HtmlReport.render(result, settings.title()));
        } catch (IOException e) {
            throw new ProgramFailure("cannot write the results: " + e.getMessage(), e);
        }
    }
}
