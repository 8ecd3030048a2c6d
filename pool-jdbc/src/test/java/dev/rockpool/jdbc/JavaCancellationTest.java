package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Backoff;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thread that gives up cancels its statement, on the server too. */
class JavaCancellationTest {
    private static final Duration SHORT = Duration.ofMillis(150);

    private RockpoolDataSource pool;

    @BeforeEach
    void open() {
        pool = RockpoolDataSource.builder()
                .url(Postgres.INSTANCE.getUrl())
                .username(Postgres.USER)
                .maxSize(1)
                .build();
    }

    @AfterEach
    void close() {
        assertEquals(0, pool.snapshot().getLeased());
        pool.close();
    }

    @Test
    void anInterruptCancelsOnlyTheRunningStatement() throws Exception {
        var seen = new AtomicReference<SQLException>();
        var flag = new AtomicBoolean();
        var after = new AtomicReference<String>();
        var worker = new Thread(() -> {
            try {
                pool.useConnection(c -> {
                    seen.set(assertThrows(SQLException.class, () -> sleep(c, "interrupted")));
                    flag.set(Thread.currentThread().isInterrupted());
                    after.set(ask(c, "select 'noted' from pg_sleep(0.2)"));
                });
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        worker.start();
        awaitSleeping("interrupted", 1);
        worker.interrupt();
        worker.join();
        awaitSleeping("interrupted", 0);
        assertInstanceOf(InterruptedException.class, seen.get().getCause());
        assertEquals("57014", seen.get().getSQLState());
        assertTrue(flag.get());
        assertEquals("noted", after.get());
        assertEquals(1, pool.snapshot().getTotal());
    }

    @Test
    void aThreadInterruptedEarlierStillRunsItsStatements() throws SQLException {
        pool.useConnection(c -> {}); // so that one is idle
        Thread.currentThread().interrupt();
        try {
            assertEquals("goes on", pool.withConnection(c -> ask(c, "select 'goes on' from pg_sleep(0.2)")));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void aStatementThatThePoolHasEndedDoesNotBlameAnInterrupt() throws Exception {
        var seen = new AtomicReference<SQLException>();
        var worker = new Thread(() ->
                seen.set(assertThrows(SQLException.class, () -> pool.useTransaction((tx, c) -> sleep(c, "ended")))));
        worker.start();
        awaitSleeping("ended", 1);
        pool.close(Duration.ZERO);
        worker.join();
        String message = seen.get().getMessage();
        assertTrue(message.contains("not returned before the pool was closed"), message);
        assertFalse(seen.get().getCause() instanceof InterruptedException);
    }

    @Test
    void aTransactionThatTakesTooLongIsRolledBackAndItsStatementCancelled() throws SQLException {
        pool.useConnection(c -> run(c, "create table if not exists too_long(n int)"));
        var options = TransactionOptions.defaults().timeout(SHORT);
        var failure = assertThrows(
                SQLTimeoutException.class,
                () -> pool.useTransaction(options, (tx, c) -> {
                    run(c, "insert into too_long values (1)");
                    sleep(c, "too long");
                }));
        assertTrue(failure.getMessage().contains("not finished after 150ms (timeout)"), failure.getMessage());
        assertEquals("57014", failure.getSQLState());
        awaitSleeping("too long", 0);
        assertEquals("0", pool.withConnection(c -> ask(c, "select count(*) from too_long")));
        assertEquals(1, pool.snapshot().getTotal());
    }

    @Test
    void workThatExceedsItsTimeoutIsNotCommitted() throws SQLException {
        pool.useConnection(c -> run(c, "create table if not exists late(n int)"));
        var options = TransactionOptions.defaults().timeout(SHORT);
        assertThrows(
                SQLTimeoutException.class,
                () -> pool.useTransaction(options, (tx, c) -> {
                    run(c, "insert into late values (1)");
                    long end = System.nanoTime() + SHORT.toNanos();
                    while (System.nanoTime() < end) Thread.onSpinWait();
                }));
        assertEquals("0", pool.withConnection(c -> ask(c, "select count(*) from late")));
    }

    @Test
    void theTimeoutBoundsTheWaitForAConnectionToo() throws Exception {
        var held = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var holder = CompletableFuture.runAsync(() -> {
            try {
                pool.useConnection(c -> {
                    held.countDown();
                    release.await();
                });
            } catch (SQLException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        held.await();
        try {
            var options = TransactionOptions.defaults().timeout(SHORT);
            var failure = assertThrows(SQLTimeoutException.class, () -> pool.useTransaction(options, (tx, c) -> {}));
            assertTrue(failure.getMessage().contains("it waited for a connection"), failure.getMessage());
        } finally {
            release.countDown();
            holder.join();
        }
    }

    @Test
    void theTimeoutBoundsAttemptsAndThePausesBetweenThem() {
        var attempts = new AtomicInteger();
        var conflict = new SQLException("conflict", "40001");
        var options =
                TransactionOptions.defaults().timeout(SHORT).retry(new Retry(5, Backoff.fixed(Duration.ofHours(1))));
        var failure = assertThrows(
                SQLTimeoutException.class,
                () -> pool.useTransaction(options, (tx, c) -> {
                    attempts.incrementAndGet();
                    throw conflict;
                }));
        assertEquals(1, attempts.get());
        assertEquals(conflict, failure.getCause());
        assertTrue(failure.getMessage().contains("it paused before the next attempt"), failure.getMessage());
    }

    @Test
    void aTimeoutIsPositive() {
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            var failure = assertThrows(IllegalArgumentException.class, () -> TransactionOptions.defaults()
                    .timeout(wrong));
            assertTrue(failure.getMessage().contains("must be positive, or null for never"), failure.getMessage());
        }
        assertEquals(
                TransactionOptions.defaults(),
                TransactionOptions.defaults().timeout(SHORT).timeout(null));
        assertFalse(TransactionOptions.defaults()
                .equals(TransactionOptions.defaults().timeout(SHORT)));
    }

    private static void run(Connection c, String sql) throws SQLException {
        try (var statement = c.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(Connection c, String sql) throws SQLException {
        try (var statement = c.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void sleep(Connection c, String name) throws SQLException {
        run(c, "select /* " + name + " */ pg_sleep(60)");
    }

    /** Waits until this many of these queries run on the server. */
    private static void awaitSleeping(String name, int count) throws SQLException {
        String query = "select count(*) from pg_stat_activity where state = 'active' and query like '%/* " + name
                + " */%' and query not like '%pg_stat_activity%'";
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try (Connection direct = Postgres.INSTANCE.direct()) {
            while (!ask(direct, query).equals(String.valueOf(count))) {
                assertTrue(System.nanoTime() < deadline, "still not " + count + " of " + name);
                Thread.onSpinWait();
            }
        }
    }
}
