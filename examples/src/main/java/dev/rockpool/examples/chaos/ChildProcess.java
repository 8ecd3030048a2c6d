package dev.rockpool.examples.chaos;

import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.ProgramFailure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs this program again as a child process. A scenario stops its own process. A shell would treat that as a stopped
 * job, but does not notice when a child process stops.
 */
final class ChildProcess {
    private static final String MARK = "rockpool.chaos.child";

    private ChildProcess() {}

    /** Whether this is the child. */
    static boolean isThis() {
        return Boolean.getBoolean(MARK);
    }

    /** Runs the child with these arguments, and returns its exit code. */
    static int run(Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-D" + MARK + "=true", "-cp", System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(arguments);
        try {
            Process child = new ProcessBuilder(command).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(new Thread(child::destroy));
            return child.waitFor();
        } catch (IOException e) {
            throw new ProgramFailure("cannot start a child process: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCodes.INTERRUPTED;
        }
    }
}
