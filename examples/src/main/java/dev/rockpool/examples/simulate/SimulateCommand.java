package dev.rockpool.examples.simulate;

import dev.rockpool.examples.Build;
import dev.rockpool.examples.ExitCodes;
import dev.rockpool.testing.simulation.Simulation;
import dev.rockpool.testing.simulation.SimulationFailure;
import dev.rockpool.testing.simulation.Simulations;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The simulation command: runs many seeds with a progress bar, or one seed with a trace. */
@Command(
        name = "simulate",
        description = {
            "Simulates runs of a pool, each drawn from a seed: settings, order of events, faults, callers.",
            "The laws of the pool are checked after every step. The first seed that breaks one is reported."
        },
        footer = {"", "Exit codes: 0 no law was broken, 1 a law was broken, 2 wrong options."},
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Build.class)
public final class SimulateCommand implements Callable<Integer> {
    /** Failed connects are logged, and are intended here. */
    private static final String POOL_LOG = "org.slf4j.simpleLogger.log.dev.rockpool.Pool";

    @Option(names = "--seeds", paramLabel = "<n>", defaultValue = "100000", description = "Number of seeds.")
    private long seeds;

    @Option(names = "--first", paramLabel = "<seed>", defaultValue = "1", description = "The first seed.")
    private long first;

    @Option(
            names = "--threads",
            paramLabel = "<n>",
            description = "How many simulations run at a time. Default: the number of processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--trace", paramLabel = "<seed>", description = "Run only this seed and print all its steps.")
    private Long trace;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (seeds < 1) throw wrong("--seeds is %d but must be at least 1".formatted(seeds));
        if (threads < 1) throw wrong("--threads is %d but must be at least 1".formatted(threads));
        if (System.getProperty(POOL_LOG) == null) System.setProperty(POOL_LOG, "off");
        try {
            return trace == null ? many() : one(new Simulation(trace));
        } catch (SimulationFailure broken) {
            out().println(broken.getMessage());
            out().println("All its steps: simulate --trace " + broken.getSeed());
            return ExitCodes.FAILED;
        }
    }

    private int one(Simulation simulation) {
        simulation.trace().forEach(out()::println);
        out().println("no law was broken in " + simulation.run().getSteps() + " steps");
        return ExitCodes.GOOD;
    }

    private int many() {
        Simulations simulations = new Simulations(first, seeds, threads);
        long began = System.nanoTime();
        try (SeedProgress progress = SeedProgress.of(simulations, seeds)) {
            progress.start();
            simulations.run();
        }
        out().printf(
                        "%,d seeds from %d, %,d steps, %.0f s: no law was broken%n",
                        seeds, first, simulations.getStepsTaken(), (System.nanoTime() - began) / 1e9);
        return ExitCodes.GOOD;
    }

    private ParameterException wrong(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
