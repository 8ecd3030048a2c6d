package dev.rockpool.examples;

import dev.rockpool.examples.chaos.ChaosCommand;
import dev.rockpool.examples.drill.DrillCommand;
import dev.rockpool.examples.faults.FaultsCommand;
import dev.rockpool.examples.simulate.SimulateCommand;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The runnable programs of Rockpool, one subcommand each. */
@Command(
        name = "rockpool-examples",
        description = "Runnable programs of the connection pool Rockpool.",
        subcommands = {DrillCommand.class, ChaosCommand.class, SimulateCommand.class, FaultsCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Build.class)
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Ends the JVM with the exit code of the chosen program. */
    public static void main(String[] args) {
        CommandLines.runAndExit(new Main(), args);
    }

    /** Runs the chosen program and returns its exit code: 0 success, 1 failure, 2 wrong options, 130 interrupted. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return CommandLines.run(new Main(), out, err, args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a program: " + names() + " (--help says more)");
    }

    private String names() {
        return String.join(", ", spec.subcommands().keySet());
    }
}
