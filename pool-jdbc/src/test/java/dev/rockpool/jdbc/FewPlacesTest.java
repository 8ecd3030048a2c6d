package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A PostgreSQL that allows the pool's role three sessions, while the pool may have eight connections. */
@Timeout(60)
class FewPlacesTest {
    private static final int PLACES = 3;
    private static final int CALLERS = 16;
    private static final int CALLS = 400;

    @Test
    void callersShareTheAvailableSessionsAndFewLoginsAreRefused() throws Exception {
        onServer("create role few login connection limit " + PLACES);
        try (var pool = RockpoolDataSource.builder()
                .name("few places")
                .url(Postgres.INSTANCE.getUrl().replaceFirst("\\?.*", "")) // which contains a user
                .username("few")
                .maxSize(8)
                .acquireTimeout(Duration.ofSeconds(20))
                .build()) {
            long began = System.nanoTime();
            List<Exception> failures = callUntil(pool, CALLS);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            assertEquals(List.of(), failures);
            var stats = pool.snapshot();
            assertEquals(PLACES, stats.getIdle() + stats.getProbing(), stats.toString());
            assertTrue(stats.getOpenFailed() > 0, "no login was refused, so nothing was tested");
            long most = 12 + seconds;
            assertTrue(stats.getOpenFailed() <= most, stats.getOpenFailed() + " refused, in " + seconds + " s");
        } finally {
            onServer("drop role few");
        }
    }

    @Test
    void aCallerThatGetsNoSessionGetsATransientError() throws Exception {
        onServer("create role placeless login connection limit 0");
        try (var pool = RockpoolDataSource.builder()
                .name("no places")
                .url(Postgres.INSTANCE.getUrl().replaceFirst("\\?.*", "")) // which contains a user
                .username("placeless")
                .failFastAfter(Duration.ofMillis(20))
                .acquireTimeout(Duration.ofSeconds(20))
                .build()) {
            var refused = assertThrows(SQLTransientConnectionException.class, pool::getConnection);
            assertEquals("53300", refused.getSQLState());
            assertTrue(refused.getMessage().contains("has been down for"), refused::getMessage);
        } finally {
            onServer("drop role placeless");
        }
    }

    /** Callers that make one call after another until a number is reached. Returns their failures. */
    private static List<Exception> callUntil(RockpoolDataSource pool, int calls) {
        var done = new LongAdder();
        var failures = new ConcurrentLinkedQueue<Exception>();
        var threads = Executors.newFixedThreadPool(CALLERS);
        var failed = new AtomicBoolean();
        try {
            CompletableFuture<?>[] all = IntStream.range(0, CALLERS)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                while (done.sum() < calls && !failed.get()) {
                                    try (var connection = pool.getConnection();
                                            var statement = connection.createStatement()) {
                                        statement.execute("select pg_sleep(0.01)");
                                        done.increment();
                                    } catch (SQLException e) {
                                        failures.add(e);
                                        failed.set(true);
                                    }
                                }
                            },
                            threads))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all).join();
        } finally {
            threads.shutdown();
        }
        return List.copyOf(failures);
    }

    private static void onServer(String sql) throws SQLException {
        try (var connection = Postgres.INSTANCE.direct();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
