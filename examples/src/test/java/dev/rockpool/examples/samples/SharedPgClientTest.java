package dev.rockpool.examples.samples;

import static dev.rockpool.examples.samples.PgClientFactory.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Lease;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.blocking.BlockingSharedPool;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many callers share few connections of Vert.x, which send several queries at once. */
@Timeout(60)
class SharedPgClientTest {
    private static final int CONNECTIONS = 4;
    private static final int CALLERS = 128;
    private static final int QUERIES = 20_000;

    private static EmbeddedPostgres server;
    private static Vertx vertx;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.start();
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        if (vertx != null) answer(vertx.close());
        if (server != null) server.close();
    }

    private static BlockingSharedPool<PgConnection> open(int streams) {
        // region shared pg client
        var options = new PgConnectOptions()
                .setPort(server.getPort())
                .setUser("postgres")
                .setDatabase("postgres")
                .setCachePreparedStatements(true)
                .setPipeliningLimit(streams);
        var config =
                PoolConfig.builder().name("pg").maxSize(CONNECTIONS).minIdle(0).build();
        var connections = BlockingPool.create(new PgClientFactory(vertx, options), config);
        var shared = BlockingSharedPool.create(connections, streams);
        // endregion
        return shared;
    }

    /** A query for which no thread waits. */
    // region shared query
    private static CompletableFuture<Integer> twice(BlockingSharedPool<PgConnection> shared, int number) {
        return shared.leases().acquireAsync().thenCompose(lease -> lease.getConnection()
                .preparedQuery("select $1::int * 2")
                .execute(Tuple.of(number))
                .map(rows -> rows.iterator().next().getInteger(0))
                .toCompletionStage()
                .whenComplete((row, failure) -> lease.close()));
    }
    // endregion

    @Test
    void manyQueriesShareFourConnections() throws Exception {
        try (var shared = open(32)) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) answers.add(twice(shared, i));
            for (int i = 0; i < answers.size(); i++)
                assertEquals(2 * i, answers.get(i).get());
            assertTrue(shared.base().snapshot().getOpened() <= CONNECTIONS);
        }
    }

    @Test
    void aTransactionHasAConnectionAlone() throws Exception {
        try (var shared = open(32)) {
            var alone = new AtomicInteger();
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) answers.add(twice(shared, i));
            shared.useExclusive(connection -> {
                var transaction = answer(connection.begin());
                answer(connection.query("create table exclusive (id int)").execute());
                alone.set(answer(connection.query("select pg_backend_pid()").execute())
                        .iterator()
                        .next()
                        .getInteger(0));
                answer(transaction.rollback());
            });
            for (int i = 0; i < answers.size(); i++)
                assertEquals(2 * i, answers.get(i).get());
            assertNotEquals(0, alone.get());
        }
    }

    @Test
    void aKilledSessionEndsItsStreamsAndNoOthers() throws Exception {
        try (var shared = open(2)) {
            List<Lease<PgConnection>> leases = new ArrayList<>();
            for (int i = 0; i < 4; i++) leases.add(shared.acquire());
            Set<PgConnection> connections = new HashSet<>();
            for (var lease : leases) connections.add(lease.getConnection());
            assertEquals(2, connections.size());
            PgConnection killed = leases.get(0).getConnection();
            killed.closeHandler(closed -> shared.connectionLost(killed, "the client saw it close"));
            answer(leases.get(3)
                    .getConnection()
                    .preparedQuery("select pg_terminate_backend($1)")
                    .execute(Tuple.of(killed.processId())));
            while (leases.get(1).isActive()) Thread.onSpinWait();
            assertFalse(leases.get(0).isActive());
            assertTrue(leases.get(2).isActive());
            assertEquals(14, twice(shared, 7).get());
            leases.forEach(Lease::close);
        }
    }

    /** Prints queries per second with and without sharing, if {@code -Drockpool.proof=true}. */
    @Test
    void sharingIsMeasured() throws Exception {
        if (!Boolean.getBoolean("rockpool.proof")) return;
        for (int round = 0; round < 2; round++) {
            for (int streams : new int[] {1, 32}) {
                try (var shared = open(streams)) {
                    run(shared, 5_000);
                    long began = System.nanoTime();
                    run(shared, QUERIES);
                    long perSecond = QUERIES * 1_000_000_000L / (System.nanoTime() - began);
                    System.out.println("streams " + streams + ": " + perSecond + " queries/s");
                }
            }
        }
    }

    /** Each caller begins its next query when its last one has ended. */
    private static void run(BlockingSharedPool<PgConnection> shared, int queries) throws Exception {
        var left = new AtomicInteger(queries);
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) callers.add(next(shared, left));
        for (var caller : callers) caller.get();
    }

    private static CompletableFuture<Void> next(BlockingSharedPool<PgConnection> shared, AtomicInteger left) {
        int number = left.decrementAndGet();
        if (number < 0) return CompletableFuture.completedFuture(null);
        return twice(shared, number).thenComposeAsync(answer -> next(shared, left));
    }
}
