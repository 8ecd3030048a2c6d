package dev.rockpool.consumers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A packaged service that runs in its own process, for tests: started, called over HTTP, stopped with SIGTERM.
 *
 * <p>The process gets its port in the environment variable {@code PORT} and runs on the JDK of the tests. Every wait is bounded.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration WAIT_LIMIT = Duration.ofSeconds(60);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 50;
    private static final int REPORTED_LINES = 150;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final Path log;
    private final int port;

    private ServiceProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts a jar, and returns when a GET of this path is answered with 200. */
    public static ServiceProcess start(Path jar, Map<String, String> environment, String readyPath) throws Exception {
        int port = freePort();
        Path log = Files.createTempFile("service", ".log");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("PORT", String.valueOf(port));
        var service = new ServiceProcess(builder.start(), log, port);
        try {
            service.await(() -> "the service did not get ready", () -> service.get(readyPath).statusCode() == 200);
            return service;
        } catch (Throwable e) {
            service.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void await(Supplier<String> complaint, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + WAIT_LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                if (condition.call()) return;
            } catch (ConnectException notYet) {
                // asked again below
            }
            process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        String state = process.isAlive() ? "within " + WAIT_LIMIT : "and the service exited: " + process.exitValue();
        throw new AssertionError(complaint.get() + " " + state + "\n" + report());
    }

    /** The answer to a GET of this path. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The answer to a POST, without a body, to this path. */
    public HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a GET of this path, and does not wait for the answer. */
    public CompletableFuture<HttpResponse<String>> getAsync(String path) {
        return client.sendAsync(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Returns when a GET of this path is answered with 200 and this body. */
    public void awaitAnswer(String path, String body) throws Exception {
        awaitAnswer(path, answer -> answer.statusCode() == 200 && answer.body().equals(body));
    }

    /** Returns when a GET of this path is answered with 503 and a text that contains this. Until then any 503 will do. */
    public void awaitError(String path, String text) throws Exception {
        awaitAnswer(path, answer -> {
            if (answer.statusCode() != 503) throw new AssertionError("GET " + path + " is answered " + describe(answer));
            return answer.body().contains(text);
        });
    }

    private void awaitAnswer(String path, Predicate<HttpResponse<String>> condition) throws Exception {
        var latest = new AtomicReference<HttpResponse<String>>();
        await(() -> "GET " + path + " is answered " + describe(latest.get()), () -> {
            latest.set(get(path));
            return condition.test(latest.get());
        });
    }

    private static String describe(HttpResponse<String> answer) {
        return answer == null ? "nothing" : answer.statusCode() + " " + answer.body();
    }

    /** The answers to so many GETs of this path at the same time. */
    public List<HttpResponse<String>> getConcurrently(String path, int calls) {
        List<CompletableFuture<HttpResponse<String>>> answers =
                Stream.generate(() -> getAsync(path)).limit(calls).toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).timeout(CALL_LIMIT);
    }

    /** Sends SIGTERM and returns how long the process took to exit. */
    public Duration terminate() throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the service is still alive " + STOP_LIMIT + " after SIGTERM\n" + report());
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The exit code of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** What the process wrote to its standard output and standard error. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of the log, for the message of a failed test. */
    public String report() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - REPORTED_LINES), lines.size()));
    }

    /**
     * The lines of the log that report an error, a warning or an exception. What the JVM itself says of native access, in lines
     * that begin with WARNING, does not count: newer JDKs say it of Netty.
     */
    public List<String> complaints() {
        return log().lines()
                .filter(line -> line.matches(".*\\b(ERROR|WARN|SEVERE)\\b.*|.*(Exception|Error)(:.*)?"))
                .toList();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(log);
    }
}
