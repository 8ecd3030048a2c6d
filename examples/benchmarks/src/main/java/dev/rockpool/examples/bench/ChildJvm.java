package dev.rockpool.examples.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A forked JVM, controlled by the JVM that starts it. It measures one candidate of one case, within a time limit. */
final class ChildJvm {
    /** The same memory settings for all. */
    static final List<String> FLAGS = List.of("-Xms512m", "-Xmx512m");

    private final ForkInput input;
    private final double limitSeconds;
    private final Runnable server;

    ChildJvm(ForkInput input, double limitSeconds, Runnable server) {
        this.input = input;
        this.limitSeconds = limitSeconds;
        this.server = server;
    }

    ForkOutput run() throws ForkFailure, InterruptedException {
        Path log = null;
        try {
            log = Files.createTempFile("rockpool-bench", ".log");
            return run(log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start another JVM", e);
        } finally {
            if (log != null) delete(log);
        }
    }

    private ForkOutput run(Path log) throws IOException, ForkFailure, InterruptedException {
        Process process =
                new ProcessBuilder(command()).redirectError(log.toFile()).start();
        Thread hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        AtomicBoolean late = new AtomicBoolean();
        var limit = CompletableFuture.delayedExecutor((long) (limitSeconds * 1e3), TimeUnit.MILLISECONDS);
        var guard = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    process.destroyForcibly();
                },
                limit);
        try {
            String result = talk(process);
            if (late.get()) throw ForkFailure.hung(limitSeconds);
            if (result == null) throw ForkFailure.failed("its JVM died: " + lastLine(log));
            ForkOutput output = ForkOutput.fromJson(result);
            if (output.getSamples().isEmpty()) throw ForkFailure.failed(output.getFailure());
            return output;
        } finally {
            guard.cancel(false);
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ForkMain.class.getName()));
        return command;
    }

    /** Returns its result line; null if it ends without one. */
    private String talk(Process process) throws IOException {
        try (PrintStream out = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
                BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            out.println(input.toJson());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(ServerLink.REQUEST)) out.println(restart());
                if (line.startsWith(ForkMain.RESULT)) return line.substring(ForkMain.RESULT.length());
            }
            return null;
        }
    }

    private String restart() {
        try {
            server.run();
            return ServerLink.DONE;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "it printed nothing" : lines.get(lines.size() - 1);
    }

    private static void delete(Path log) {
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
