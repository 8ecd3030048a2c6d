package dev.rockpool.examples.faults;

import dev.rockpool.examples.Build;
import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.ProgramFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Shows that the tests can fail: plants known faults in a copy of the sources, one at a time, and checks which test
 * catches each.
 */
@Command(
        name = "faults",
        description = {
            "Plants faults in a copy of the sources, one at a time, and runs the simulation or the test",
            "that each fault names. Needs Maven and the project's folder."
        },
        footer = {"", "Exit codes: 0 every fault was caught, 1 a fault was not caught, 2 wrong options."},
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Build.class)
public final class FaultsCommand implements Callable<Integer> {
    private static final String ROW = "%-34s %-32s %-10s %6s  %s%n";
    private static final Pattern SEED = Pattern.compile("^seed (-?\\d+): ([^;\\n]*)", Pattern.MULTILINE);
    private static final String AS_EXPECTED = "passes as expected";

    @Option(names = "--project", paramLabel = "<folder>", defaultValue = ".", description = "The project's folder.")
    private Path project;

    @Option(
            names = "--seeds",
            paramLabel = "<n>",
            defaultValue = "10000",
            description = "Maximum number of seeds to simulate.")
    private long seeds;

    @Option(names = "--only", paramLabel = "<name>", description = "Plant only faults whose name contains this.")
    private String only = "";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Fault> all = Fault.in(project.resolve("pool-testing/faults"));
        List<Fault> faults =
                all.stream().filter(fault -> fault.name().contains(only)).toList();
        if (faults.isEmpty()) {
            String names = all.stream().map(Fault::name).collect(Collectors.joining(", "));
            throw new ParameterException(
                    spec.commandLine(), "--only " + only + ": no fault's name contains it; there are " + names);
        }
        int caught = 0;
        List<String> modules = faults.stream().map(Fault::module).distinct().toList();
        try (Scratch scratch = Scratch.of(project, modules)) {
            out().printf(ROW, "fault", "caught by", "seed", "s", "result");
            checkPassesWithoutFault(scratch, faults, modules);
            for (Fault fault : faults) if (isCaught(scratch, fault)) caught++;
        }
        out().printf("%d of %d faults were caught%n", caught, faults.size());
        return caught == faults.size() ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    /** Checks that everything passes without a fault, because otherwise the results would mean nothing. */
    private void checkPassesWithoutFault(Scratch scratch, List<Fault> faults, List<String> modules) {
        for (String module : modules) {
            long began = System.nanoTime();
            scratch.compile(module);
            String tests = faults.stream()
                    .filter(fault -> fault.isForTest() && fault.module().equals(module))
                    .map(Fault::catcher)
                    .distinct()
                    .collect(Collectors.joining(","));
            if (tests.isEmpty()) continue;
            expectGood("one of " + tests, scratch.test(module, tests, Scratch.LONGEST_MINUTES));
            row("none", "tests of " + module, "", began, AS_EXPECTED);
        }
        if (faults.stream().allMatch(Fault::isForTest)) return;
        long began = System.nanoTime();
        expectGood("the simulation", scratch.simulate(seeds, Scratch.LONGEST_MINUTES));
        row("none", "simulation", "", began, AS_EXPECTED);
    }

    private static void expectGood(String catcher, Scratch.Outcome outcome) {
        if (outcome.exitCode() != 0)
            throw new ProgramFailure(catcher + " fails without a fault: " + outcome.lastError(), null);
    }

    private boolean isCaught(Scratch scratch, Fault fault) throws IOException {
        long began = System.nanoTime();
        scratch.plant(fault);
        try {
            scratch.compile(fault.module());
            return isNoticed(scratch, fault, began);
        } finally {
            scratch.remove(fault);
        }
    }

    private boolean isNoticed(Scratch scratch, Fault fault, long began) {
        String catcher = fault.catcher();
        Scratch.Outcome outcome =
                fault.isForTest() ? test(scratch, fault) : scratch.simulate(seeds, Scratch.FAULT_MINUTES);
        boolean caught = outcome.exitCode() != 0;
        Matcher told = SEED.matcher(outcome.text());
        boolean hasSeed = told.find();
        String seen = outcome.hung() ? "it hangs" : hasSeed ? told.group(2) : caught ? "the test fails" : fault.why();
        row(fault.name(), caught ? catcher : "NOBODY", hasSeed ? told.group(1) : "", began, seen);
        return caught;
    }

    /** Runs its test, and again with all repetition if that notices nothing, because a race may need it. */
    private static Scratch.Outcome test(Scratch scratch, Fault fault) {
        Scratch.Outcome outcome = scratch.test(fault.module(), fault.catcher(), Scratch.FAULT_MINUTES);
        return outcome.exitCode() != 0 ? outcome : scratch.prove(fault.module(), fault.catcher());
    }

    private void row(String name, String catcher, String seed, long began, String seen) {
        String seconds = "%.0f".formatted((System.nanoTime() - began) / 1e9);
        out().printf(ROW, name, catcher, seed, seconds, seen.length() > 90 ? seen.substring(0, 87) + "..." : seen);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
