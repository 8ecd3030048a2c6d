package dev.rockpool.examples.drill;

import dev.rockpool.PoolConfig;
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

/** The load drill command: reads options, runs the drill, writes the results. */
@Command(
        name = "drill",
        description =
                "Puts a pool under load with many callers on PostgreSQL. Then checks that nothing leaked, no limit was "
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
    @Option(
            names = "--pool-size",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "Maximum number of connections.")
    private int poolSize;

    @Option(names = "--callers", paramLabel = "<n>", defaultValue = "64", description = "Number of concurrent callers.")
    private int callers;

    @Option(
            names = "--duration",
            paramLabel = "<time>",
            defaultValue = "20s",
            converter = Durations.class,
            description = "Duration of the load: 500ms, 20s, 1m.")
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
            description = "The kind of callers: suspend (coroutines), blocking (threads) or virtual (virtual threads).")
    private Mode mode;

    @Option(
            names = "--workload",
            paramLabel = "<work>",
            defaultValue = "transfer",
            converter = Choices.OfWorkload.class,
            description = "select: one query per operation; transfer: a transaction that moves money between accounts.")
    private WorkloadKind workload;

    @Option(
            names = "--kill-every",
            paramLabel = "<time>",
            converter = Durations.class,
            description = "How often to terminate all of the pool's sessions on the server. Default: never.")
    private Duration killEvery;

    @Option(names = "--url", paramLabel = "<url>", description = "The PostgreSQL to use: jdbc:postgresql://host/db.")
    private String url;

    @Option(names = "--user", paramLabel = "<name>", description = "The user.")
    private String user;

    @Option(names = "--password", paramLabel = "<word>", description = "The user's password.")
    private String password;

    @Option(
            names = "--config",
            paramLabel = "<file>",
            description = "A file with a pool 'drill', followed while the drill runs. It refers to $${env:DRILL_URL}. "
                    + "It replaces --pool-size and --acquire-timeout.")
    private Path config;

    @Option(
            names = "--dashboard",
            description = "Shows the pool on a page while the drill runs. Prints its address and a token.")
    private boolean dashboard;

    @Option(
            names = "--output",
            paramLabel = "<file>",
            defaultValue = "drill-results/results.json",
            description = "Where to write the results. The HTML report gets the same name.")
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
            // Ctrl-C also reaches the embedded server's installer, which then fails.
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
        if (config != null) readConfig();
        Settings settings = new Settings(
                poolSize,
                callers,
                duration,
                acquireTimeout,
                mode,
                workload,
                killEvery,
                url,
                user,
                password,
                config,
                dashboard,
                output);
        String problem = SettingsRules.firstProblem(settings);
        if (problem == null) problem = prepare(output);
        if (problem != null) throw new ParameterException(spec.commandLine(), problem);
        return settings;
    }

    private void readConfig() {
        try {
            PoolConfig pool = DrillFile.pool(config);
            poolSize = pool.getMaxSize();
            if (pool.getAcquireTimeout() != null) acquireTimeout = pool.getAcquireTimeout();
        } catch (ProgramFailure e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    /** Checked before the load rather than after it. */
    private static String prepare(Path output) {
        try {
            Path folder = output.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            if (Files.isDirectory(output)) return "--output is the folder %s but must be a file".formatted(output);
            if (Files.isWritable(folder)) return null;
        } catch (IOException e) {
            // Reported below, because only the result matters.
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
