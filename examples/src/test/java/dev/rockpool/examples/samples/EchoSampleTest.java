package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.ConnectFailedException;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool of TLS sessions with an echo server. */
@Timeout(60)
class EchoSampleTest {
    @TempDir
    static Path folder;

    private static EchoServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new EchoServer(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static BlockingPool<EchoSession> pool(SSLSocketFactory tls) {
        var address = server.address();
        // region echo pool
        var settings = PoolConfig.builder()
                .name("echo")
                .maxSize(3)
                .minIdle(0)
                .connectTimeout(Duration.ofSeconds(3))
                .probeTimeout(Duration.ofMillis(500))
                .trustWindow(Duration.ZERO) // probe before each use
                .build();
        var pool = BlockingPool.create(new EchoFactory(address, tls), settings);
        // endregion
        return pool;
    }

    @Test
    void manyCallersShareThreeSessions() throws Exception {
        try (var pool = pool(server.trusting())) {
            var threads = Executors.newFixedThreadPool(8);
            var calls = IntStream.range(0, 400)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask(pool, "line " + i), threads))
                    .toList();
            for (int i = 0; i < calls.size(); i++)
                assertEquals("line " + i, calls.get(i).get());
            threads.shutdown();
            assertTrue(server.sessions() <= 3, "sessions: " + server.sessions());
        }
    }

    @Test
    void theNextCallerDoesNotNoticeAChangedSession() throws Exception {
        try (var pool = pool(server.trusting())) {
            String changed = pool.withConnection(session -> {
                session.prefix("> ");
                return session.ask("hello");
            });
            assertEquals("> hello", changed);
            for (int i = 0; i < 6; i++) assertEquals("hello", ask(pool, "hello"));
        }
    }

    @Test
    void aKilledSessionReachesNoCaller() throws Exception {
        try (var pool = pool(server.trusting())) {
            assertEquals("one", ask(pool, "one"));
            server.killSessions();
            assertEquals("two", ask(pool, "two"));
        }
    }

    @Test
    void aSessionThatBreaksInUseIsReplaced() throws Exception {
        try (var pool = pool(server.trusting())) {
            assertThrows(
                    IOException.class,
                    () -> pool.useConnection(session -> {
                        session.ask("one");
                        server.killSessions();
                        session.ask("two");
                    }));
            assertEquals("three", ask(pool, "three"));
        }
    }

    @Test
    void whileTheServerIsFrozenCallersFailInTimeAndAreServedAfterwards() throws Exception {
        try (var pool = pool(server.trusting())) {
            assertEquals("one", ask(pool, "one"));
            server.freeze();
            try {
                long started = System.nanoTime();
                assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(300)));
                long waited = Duration.ofNanos(System.nanoTime() - started).toMillis();
                assertTrue(waited < 2_000, "waited " + waited + " ms");
            } finally {
                server.thaw();
            }
            assertEquals("two", ask(pool, "two"));
        }
    }

    @Test
    void aLeaseThatIsNotReturnedIsAborted() throws Exception {
        var pool = pool(server.trusting());
        var lease = pool.acquire();
        EchoSession session = lease.getConnection();
        pool.close(Duration.ofMillis(50));
        assertThrows(IOException.class, () -> session.ask("late"));
        lease.close();
    }

    @Test
    void anUntrustedCertificateFailsAtOnce() {
        try (var pool = pool((SSLSocketFactory) SSLSocketFactory.getDefault())) {
            var failed = assertThrows(ConnectFailedException.class, pool::acquire);
            assertTrue(failed.getMessage().contains("certification path"), failed::getMessage);
        }
    }

    private static String ask(BlockingPool<EchoSession> pool, String line) {
        try {
            return pool.withConnection(session -> session.ask(line));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
