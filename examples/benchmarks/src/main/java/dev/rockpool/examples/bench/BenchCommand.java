package dev.rockpool.examples.bench;

import dev.rockpool.examples.CommandLines;
import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.ProgramFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import kotlinx.serialization.SerializationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmark command: reads options, runs the benchmarks, writes the results. */
@Command(
        name = "rockpool-benchmarks",
        description = {
            "Compares Rockpool with other pools in one run: each case in separate JVMs",
            "for each pool, the pools in turn. Prints a table, and writes JSON and a",
            "page with plots."
        },
        footer = {"", "Exit codes: 0 measured, 1 measuring failed, 2 wrong options."},
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class)
public final class BenchCommand implements Callable<Integer> {
    private static final int MOST_FORKS = 100;
    private static final String JSON = "results.json";
    private static final String PAGE = "results.html";

    @Option(
            names = "--quick",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = {
                "Less than ten minutes on 2 cores, with the most important cases and peers;",
                "--no-quick takes more than an hour, with all of them and smaller errors."
            })
    private boolean quick;

    @Option(names = "--case", paramLabel = "<name>", split = ",", description = "Only these cases; --list names them.")
    private List<String> cases = List.of();

    @Option(
            names = "--peer",
            paramLabel = "<name>",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description = "Only these peers besides Rockpool; --list names them.")
    private List<String> peers = List.of();

    @Option(names = "--forks", paramLabel = "<n>", defaultValue = "3", description = "JVMs per case and candidate.")
    private int forks;

    @Option(
            names = "--output",
            paramLabel = "<folder>",
            defaultValue = "bench-results",
            description = "Where to write " + JSON + " and " + PAGE + ".")
    private Path output;

    @Option(names = "--markdown", description = "Print the tables as Markdown.")
    private boolean markdown;

    @Option(
            names = "--from",
            paramLabel = "<file>",
            description = "Measure nothing, and print what an earlier run wrote to this file.")
    private Path from;

    @Option(names = "--list", description = "List all cases and peers, and measure nothing.")
    private boolean list;

    @Spec
    private CommandSpec spec;

    /** Ends the JVM with the exit code: 0 measured, 1 measuring failed, 2 wrong options. */
    public static void main(String[] args) {
        CommandLines.runAndExit(new BenchCommand(), args);
    }

    @Override
    public Integer call() {
        check();
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            list(out);
            return ExitCodes.GOOD;
        }
        BenchResult result = from == null ? measure() : read();
        if (markdown) new BenchMarkdown(out).print(result);
        else new BenchTable(out).print(result);
        if (from == null) {
            out.printf("%n  results: %s%n  report:  %s%n", output.resolve(JSON), output.resolve(PAGE));
            out.flush();
        }
        return ExitCodes.GOOD;
    }

    private BenchResult measure() {
        prepare();
        List<BenchCase> chosen = cases.isEmpty()
                ? quick ? Cases.quick() : Cases.all()
                : Cases.all().stream()
                        .filter(each -> cases.contains(each.key()))
                        .toList();
        Effort effort = quick ? Effort.quick(forks) : Effort.full(forks);
        BenchProgress progress = BenchProgress.detect(spec.commandLine().getErr());
        List<String> measured = peers.isEmpty() && quick ? Cases.quickPeers() : peers;
        return new Bench(new Plan(chosen, measured), effort, progress, this::write).run();
    }

    private void check() {
        if (forks < 1) throw wrong("--forks is %d but must be at least 1".formatted(forks));
        if (forks > MOST_FORKS) throw wrong("--forks is %d but must be at most %d".formatted(forks, MOST_FORKS));
        checkNames("--case", cases, Cases.keys());
        checkNames("--peer", peers, Cases.peers());
    }

    private void checkNames(String option, List<String> names, List<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw wrong("%s is %s but must be one of %s".formatted(option, name, String.join(", ", known)));
            }
        }
    }

    /** Checked before the run rather than after it. */
    private void prepare() {
        try {
            Files.createDirectories(output);
            if (Files.isWritable(output)) return;
        } catch (IOException e) {
            // Reported below, because only the result matters.
        }
        throw wrong("--output is %s but no files can be written there".formatted(output));
    }

    private void write(BenchResult result) {
        try {
            Files.writeString(output.resolve(JSON), result.toJson());
            Files.writeString(output.resolve(PAGE), BenchPage.render(result));
        } catch (IOException e) {
            throw new ProgramFailure("cannot write the results: " + e.getMessage(), e);
        }
    }

    private BenchResult read() {
        try {
            return BenchResult.fromJson(Files.readString(from));
        } catch (IOException | SerializationException e) {
            throw new ProgramFailure("cannot read results from " + from + ": " + e.getMessage(), e);
        }
    }

    private static void list(PrintWriter out) {
        out.println("cases:");
        Cases.all()
                .forEach(each ->
                        out.printf("  %-20s %s%n", each.key(), each.about().setting()));
        out.println("peers:");
        Cases.peers().forEach(peer -> out.println("  " + peer));
        out.flush();
    }

    private ParameterException wrong(String complaint) {
        return new ParameterException(spec.commandLine(), complaint);
    }
}
