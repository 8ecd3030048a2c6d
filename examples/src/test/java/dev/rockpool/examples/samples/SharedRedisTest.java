package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Lease;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.blocking.BlockingSharedPool;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many callers share few connections of a Redis client. Skipped if there is no Redis server. */
@Timeout(60)
class SharedRedisTest {
    private static final int CONNECTIONS = 2;
    private static final int STREAMS = 32;

    @TempDir
    static Path folder;

    private static RedisServer server;
    private static RedisClient client;

    @BeforeAll
    static void start() throws Exception {
        server = RedisServer.startOrSkip(SharedRedisTest.class, folder);
        client =
                RedisClient.create(RedisURI.create("localhost", server.address().getPort()));
    }

    @AfterAll
    static void stop() {
        if (client != null) client.shutdown();
        if (server != null) server.close();
    }

    private static BlockingSharedPool<StatefulRedisConnection<String, String>> open(int streams) {
        // region shared lettuce
        var config = PoolConfig.builder()
                .name("redis")
                .maxSize(CONNECTIONS)
                .minIdle(0)
                .build();
        var connections = BlockingPool.create(new LettuceFactory(client), config);
        var shared = BlockingSharedPool.create(connections, streams);
        // endregion
        return shared;
    }

    /** A command for which no thread waits. */
    private static CompletableFuture<Long> add(
            BlockingSharedPool<StatefulRedisConnection<String, String>> shared, String key, int number) {
        return shared.leases().acquireAsync().thenCompose(lease -> lease.getConnection()
                .async()
                .incrby(key, number)
                .whenComplete((sum, failure) -> lease.close()));
    }

    @Test
    void manyCommandsShareTwoConnections() throws Exception {
        try (var shared = open(STREAMS)) {
            List<CompletableFuture<Long>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) answers.add(add(shared, "sum", i));
            for (var answer : answers) answer.get();
            assertEquals(
                    "1999000",
                    shared.withConnection(connection -> connection.sync().get("sum")));
            assertTrue(shared.base().snapshot().getOpened() <= CONNECTIONS);
        }
    }

    @Test
    void aTransactionHasAConnectionAlone() throws Exception {
        try (var shared = open(STREAMS)) {
            List<CompletableFuture<Long>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) answers.add(add(shared, "beside", i));
            int replies = shared.withExclusive(connection -> {
                var commands = connection.sync();
                commands.multi();
                commands.set("alone", "1");
                commands.incr("alone");
                return commands.exec().size(); // those of other callers would be in between
            });
            for (var answer : answers) answer.get();
            assertEquals(2, replies);
            assertEquals(
                    "2", shared.withConnection(connection -> connection.sync().get("alone")));
        }
    }

    @Test
    void aKilledConnectionEndsItsStreamsAndNoOthers() throws Exception {
        try (var shared = open(2)) {
            List<Lease<StatefulRedisConnection<String, String>>> leases = new ArrayList<>();
            for (int i = 0; i < 4; i++) leases.add(shared.acquire());
            var killed = leases.get(0).getConnection();
            var other = leases.get(3).getConnection();
            assertNotSame(killed, other);
            other.sync().clientKill(KillArgs.Builder.id(killed.sync().clientId()));
            while (killed.isOpen()) Thread.onSpinWait();
            shared.connectionLost(killed, "the server has ended it");
            assertFalse(leases.get(0).isActive());
            assertTrue(leases.get(3).isActive());
            leases.forEach(Lease::close);
            assertEquals(7, add(shared, "after", 7).get());
        }
    }
}
