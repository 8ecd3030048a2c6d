package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Redis server that keeps nothing on the disk. */
final class RedisServer implements AutoCloseable {
    private final Process process;
    private final int port;

    RedisServer(Path program, Path folder) throws IOException, InterruptedException {
        port = freePort();
        Path log = folder.resolve("redis.log");
        process = new ProcessBuilder(program.toString(), "--port", "" + port, "--bind", "127.0.0.1", "--save", "")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (!Files.readString(log).contains("Ready to accept connections")) {
            if (!process.isAlive()) throw new IOException("Redis did not start: " + Files.readString(log));
            Thread.sleep(20);
        }
    }

    /** Starts a server, or skips the test if there is no program, and says so. */
    static RedisServer startOrSkip(Class<?> test, Path folder) throws IOException, InterruptedException {
        String missing = test.getSimpleName() + " is skipped: there is no redis-server on the PATH."
                + " Install it, such as by 'apt-get install redis-server' or 'brew install redis'.";
        Optional<Path> program = program();
        if (program.isEmpty()) System.err.println(missing);
        assumeTrue(program.isPresent(), missing);
        return new RedisServer(program.get(), folder);
    }

    /** The program, on the PATH or where Debian's package puts it. */
    private static Optional<Path> program() {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/bin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
