package dev.rockpool.testing;

import dev.rockpool.testing.EmbeddedDatabase.Shutdown;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts, stops, freezes and thaws the PostgreSQL of a data directory, with {@code pg_ctl} and signals. */
final class PostgresControl {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path data;
    private final Path log;
    private final String pgCtl;

    /** Takes over a running server. */
    PostgresControl(Path data, Path log) throws IOException {
        this.data = data;
        this.log = log;
        // postmaster.opts has the path of the server program, then its arguments in quotes.
        String started = Files.readAllLines(data.resolve("postmaster.opts")).get(0);
        String program = started.substring(0, started.contains(" \"") ? started.indexOf(" \"") : started.length());
        this.pgCtl = Path.of(program).resolveSibling("pg_ctl").toString();
    }

    private PostgresControl(Path data, Path log, String pgCtl) {
        this.data = data;
        this.log = log;
        this.pgCtl = pgCtl;
    }

    /** Another data directory, for the same programs. Its server need not run. */
    PostgresControl of(Path otherData, Path otherLog) {
        return new PostgresControl(otherData, otherLog, pgCtl);
    }

    void start(Duration atMost) {
        pgCtl("start", "-w", "-t", String.valueOf(atMost.toSeconds()), "-l", log.toString());
    }

    void stop(Shutdown how) {
        pgCtl("stop", "-w", "-m", how.name().toLowerCase(Locale.ROOT));
    }

    boolean isRunning() {
        return postmaster() != null;
    }

    /** Stops the postmaster first, so that it starts no process meanwhile. */
    void freeze() {
        ProcessHandle postmaster = postmaster();
        if (postmaster == null) throw new IllegalStateException("the server is not running");
        signal("STOP", Stream.of(postmaster));
        signal("STOP", postmaster.descendants());
    }

    void thaw() {
        ProcessHandle postmaster = postmaster();
        if (postmaster != null && hasSignals())
            signal("CONT", Stream.concat(postmaster.descendants(), Stream.of(postmaster)));
    }

    /** Ends all processes of the server with SIGKILL, the postmaster first. Returns when they have ended. */
    void kill() {
        ProcessHandle postmaster = postmaster();
        if (postmaster == null) throw new IllegalStateException("the server is not running");
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        signal("KILL", all.stream());
        for (ProcessHandle each : all)
            each.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private ProcessHandle postmaster() {
        try {
            Path file = data.resolve("postmaster.pid");
            if (!Files.exists(file)) return null;
            long pid = Long.parseLong(Files.readAllLines(file).get(0).trim());
            return ProcessHandle.of(pid).orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasSignals() {
        return !System.getProperty("os.name").startsWith("Windows");
    }

    private void signal(String name, Stream<ProcessHandle> processes) {
        if (!hasSignals())
            throw new UnsupportedOperationException("this system has no signals to stop and continue a process");
        String pids = processes.map(process -> String.valueOf(process.pid())).collect(Collectors.joining(" "));
        // A process may have ended meanwhile, hence "
        // true". The kill of the shell is built in, so nothing must be installed.
        if (!pids.isEmpty()) run(List.of("/bin/sh", "-c", "kill -" + name + " " + pids + " || true"));
    }

    private void pgCtl(String... arguments) {
        List<String> command = new ArrayList<>();
        // PostgreSQL refuses to run as root. In its own user namespace it does not see that it does.
        if (LinuxUtils.isUnshareAvailable()) command.addAll(List.of("unshare", "-U"));
        command.addAll(List.of(pgCtl, "-D", data.toString()));
        command.addAll(List.of(arguments));
        run(command);
    }

    private void run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + LIMIT);
            }
            if (process.exitValue() != 0)
                throw new IllegalStateException(command + " failed: " + Files.readString(log));
        } catch (IOException e) {
            throw new UncheckedIOException(command + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }
}
