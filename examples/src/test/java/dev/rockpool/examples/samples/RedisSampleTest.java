package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool of Redis sessions. Skipped if there is no Redis server. */
@Timeout(60)
class RedisSampleTest {
    @TempDir
    static Path folder;

    private static RedisServer server;

    @BeforeAll
    static void start() throws Exception {
        server = RedisServer.startOrSkip(RedisSampleTest.class, folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) server.close();
    }

    private static BlockingPool<RedisSession> pool() {
        InetSocketAddress address = server.address();
        // region redis pool
        var settings = PoolConfig.builder()
                .name("redis")
                .maxSize(3)
                .trustWindow(Duration.ZERO) // probe before each use
                .build();
        var pool = BlockingPool.create(new RedisFactory(address), settings);
        // endregion
        return pool;
    }

    @Test
    void manyCallersShareThreeSessions() throws Exception {
        try (var pool = pool()) {
            call(pool, "SET", "sum", "0");
            var threads = Executors.newFixedThreadPool(8);
            var calls = IntStream.range(0, 400)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> call(pool, "INCRBY", "sum", "" + i), threads))
                    .toList();
            for (var each : calls) each.get();
            threads.shutdown();
            assertEquals("79800", call(pool, "GET", "sum"));
            long sessions = ((String) call(pool, "CLIENT", "LIST")).lines().count();
            assertEquals(3, sessions, 2.0);
        }
    }

    @Test
    void theNextCallerDoesNotNoticeAChangedSession() throws Exception {
        try (var pool = pool()) {
            call(pool, "SET", "place", "database 0");
            pool.useConnection(session -> {
                session.call("SELECT", "3");
                session.call("MULTI");
                assertEquals("QUEUED", session.call("SET", "place", "never"));
            });
            for (int i = 0; i < 6; i++) assertEquals("database 0", call(pool, "GET", "place"));
            assertNull(pool.withConnection(session -> {
                session.call("SELECT", "3");
                return session.call("GET", "place");
            }));
        }
    }

    @Test
    void aRefusedCommandDoesNotEndTheSession() throws Exception {
        try (var pool = pool()) {
            call(pool, "SET", "word", "text");
            pool.useConnection(session -> {
                assertThrows(RedisSession.RefusedException.class, () -> session.call("LPUSH", "word", "x"));
                assertEquals(List.of("text"), session.call("MGET", "word"));
            });
            assertEquals(0, pool.snapshot().getClosed());
        }
    }

    @Test
    void aKilledSessionReachesNoCaller() throws Exception {
        try (var pool = pool()) {
            assertEquals("PONG", call(pool, "PING"));
            try (var admin = BlockingPool.create(
                    new RedisFactory(server.address()), PoolConfig.builder().build())) {
                call(admin, "CLIENT", "KILL", "TYPE", "normal"); // all but this one
            }
            assertEquals("PONG", call(pool, "PING"));
        }
    }

    private static Object call(BlockingPool<RedisSession> pool, String... command) {
        try {
            return pool.withConnection(session -> session.call(command));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
