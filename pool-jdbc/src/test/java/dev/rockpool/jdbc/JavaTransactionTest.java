package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Backoff;
import dev.rockpool.Priority;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The transactions of the data source: the counterpart of each law for coroutines. */
class JavaTransactionTest {
    private static final TransactionOptions TWICE =
            TransactionOptions.defaults().retry(new Retry(2, Backoff.fixed(Duration.ofMillis(1))));

    private final FakeDatabase database = new FakeDatabase();
    private final List<String> ran = new ArrayList<>();
    private RockpoolDataSource pool;

    @BeforeEach
    void open() throws SQLException {
        pool = RockpoolDataSource.builder()
                .name("java")
                .url(database.getUrl())
                .maxSize(1)
                .minIdle(0)
                .trustWindow(null)
                .acquireTimeout(Duration.ofSeconds(10))
                .build();
        pool.getConnection().close();
        TransactionFixturesKt.numberSavepoints(database);
        database.forget();
    }

    @AfterEach
    void nothingIsLost() {
        assertEquals(0, pool.snapshot().getLeased());
        pool.close();
        assertEquals(0, database.open());
    }

    private List<String> story() {
        return TransactionFixturesKt.story(database);
    }

    private static void execute(Connection connection, String what) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(what);
        }
    }

    @Test
    @DisplayName("withConnection returns the result or throws the exception of the work, and returns the connection")
    void withConnection() throws SQLException {
        assertEquals(7, pool.<Integer, RuntimeException>withConnection(c -> 7));
        pool.useConnection(c -> execute(c, "a"));
        var mine = new IOException("mine");
        assertSame(
                mine,
                assertThrows(
                        IOException.class,
                        () -> pool.withConnection(c -> {
                            throw mine;
                        })));
        assertSame(
                mine,
                assertThrows(
                        IOException.class,
                        () -> pool.useConnection(c -> {
                            throw mine;
                        })));
        assertEquals(List.of("a"), story());
    }

    @Test
    @DisplayName("A transaction is committed when its work returns, and the session is restored")
    void commits() throws SQLException {
        var options = TransactionOptions.defaults()
                .isolation(Connection.TRANSACTION_SERIALIZABLE)
                .readOnly(true)
                .priority(Priority.HIGH);
        int result = pool.transaction(options, (tx, c) -> {
            execute(c, "a");
            return tx.attempt();
        });
        assertEquals(1, result);
        assertEquals(List.of("begin", "a", "commit"), story());
        pool.useConnection(c -> {
            assertEquals(Connection.TRANSACTION_READ_COMMITTED, c.getTransactionIsolation());
            assertFalse(c.isReadOnly());
            assertTrue(c.getAutoCommit());
        });
    }

    @Test
    @DisplayName(
            "A transaction is rolled back when its work throws, and the same exception is rethrown, checked or not")
    void rollsBack() {
        for (Throwable mine :
                List.of(new IOException(), new SQLException(), new IllegalStateException(), new Error())) {
            database.forget();
            assertSame(mine, assertThrows(Throwable.class, () -> pool.useTransaction((tx, c) -> sneak(mine))));
            assertEquals(List.of("begin", "rollback"), story());
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable e) throws X {
        throw (X) e;
    }

    @Test
    @DisplayName(
            "A failed rollback is a suppressed exception of the work's exception, and the connection is not reused")
    void rollbackFails() throws SQLException {
        var no = new SQLException("no rollback");
        database.on("connection.rollback", call -> {
            throw rethrown(no);
        });
        var mine = new IOException("mine");
        assertThrows(
                IOException.class,
                () -> pool.useTransaction((tx, c) -> {
                    execute(c, "a");
                    throw mine;
                }));
        assertSame(no, mine.getSuppressed()[0]);
        pool.getConnection().close();
        assertEquals(2, database.getConnections().size());
    }

    private static RuntimeException rethrown(Throwable e) {
        JavaTransactionTest.<RuntimeException>sneak(e);
        return new IllegalStateException("not reached");
    }

    @Test
    @DisplayName("A savepoint is released when its work returns and rolled back when it throws; savepoints nest")
    void savepoints() throws SQLException {
        pool.useTransaction((tx, c) -> {
            tx.useSavepoint(() -> {
                assertThrows(
                        IOException.class,
                        () -> tx.useSavepoint(() -> {
                            execute(c, "a");
                            throw new IOException();
                        }));
                execute(c, "b");
            });
            assertEquals(7, tx.<Integer, RuntimeException>savepoint(() -> 7));
        });
        assertEquals(
                List.of(
                        "begin",
                        "savepoint",
                        "savepoint",
                        "a",
                        "rollback to 2",
                        "release 2",
                        "b",
                        "release 1",
                        "savepoint",
                        "release 3",
                        "commit"),
                story());
    }

    @Test
    @DisplayName("If a savepoint cannot be rolled back, the transaction cannot commit")
    void doomed() {
        database.on("connection.rollback", call -> {
            if (call.getArguments().isEmpty()) return FakeDatabase.Companion.getRECORD_ONLY();
            throw rethrown(new SQLException("no savepoint"));
        });
        assertThrows(
                SQLTransactionRollbackException.class,
                () -> pool.useTransaction((tx, c) -> {
                    assertThrows(
                            IOException.class,
                            () -> tx.useSavepoint(() -> {
                                throw new IOException();
                            }));
                }));
        assertEquals("rollback", story().get(story().size() - 1));
    }

    @Test
    @DisplayName("A nested transaction is a savepoint on the same connection; another thread has its own transaction")
    void nests() throws SQLException {
        pool.useTransaction((tx, outer) -> {
            pool.useTransaction((inner, c) -> {
                assertSame(outer, c);
                assertSame(tx, inner);
            });
            assertThrows(
                    IOException.class,
                    () -> pool.transaction((inner, c) -> {
                        throw new IOException();
                    }));
            pool.setLoginTimeout(1);
            var other = CompletableFuture.runAsync(() -> {
                assertThrows(SQLTransientConnectionException.class, () -> pool.useTransaction((own, c) -> {}));
                var refused = assertThrows(IllegalStateException.class, () -> tx.useSavepoint(() -> {}));
                assertTrue(refused.getMessage().contains("belongs to thread '"), refused.getMessage());
            });
            other.join();
        });
        assertEquals(
                List.of("begin", "savepoint", "release 1", "savepoint", "rollback to 2", "release 2", "commit"),
                story());
    }

    @Test
    @DisplayName("A nested transaction may set only options that equal those of the outer one")
    void refusesOtherOptions() throws SQLException {
        var serializable = TransactionOptions.defaults().isolation(Connection.TRANSACTION_SERIALIZABLE);
        pool.useTransaction(serializable.readOnly(true), (tx, c) -> {
            pool.useTransaction(serializable, (inner, same) -> {});
            for (var other : List.of(serializable.isolation(2), serializable.readOnly(false))) {
                var refused = assertThrows(
                        IllegalStateException.class, () -> pool.useTransaction(other, (inner, same) -> {}));
                assertTrue(refused.getMessage().contains("was asked for inside a"), refused.getMessage());
            }
        });
        assertEquals(List.of("begin", "savepoint", "release 1", "commit"), story());
    }

    @Test
    @DisplayName("Hooks run in order after the connection was returned, even if one throws")
    void hooks() throws SQLException {
        int result = pool.<Integer, RuntimeException>transaction((tx, c) -> {
            tx.afterCommit(() -> ran.add("1, leased " + pool.snapshot().getLeased()));
            tx.afterCommit(() -> {
                throw new InterruptedException("not mine");
            });
            tx.afterRollback(() -> ran.add("never"));
            assertThrows(
                    IOException.class,
                    () -> tx.useSavepoint(() -> {
                        tx.afterCommit(() -> ran.add("never"));
                        tx.afterRollback(() -> ran.add("2 undone"));
                        throw new IOException();
                    }));
            tx.afterCommit(() -> pool.useTransaction((own, again) -> ran.add("3, attempt " + own.attempt())));
            return 7;
        });
        assertEquals(7, result);
        assertEquals(List.of("1, leased 0", "2 undone", "3, attempt 1"), ran);
        assertTrue(Thread.interrupted(), "an interrupt that a hook took is given back");
    }

    @Test
    @DisplayName("A hook may run a new transaction; an ended transaction rejects hooks and savepoints")
    void afterwards() throws SQLException {
        var kept = new ArrayList<Transaction>();
        pool.useTransaction((tx, c) -> {
            kept.add(tx);
            tx.afterCommit(() -> pool.useTransaction((own, again) -> ran.add(own == tx ? "same" : "own")));
        });
        assertEquals(List.of("own"), ran);
        database.forget();
        assertThrows(IllegalStateException.class, () -> kept.get(0).afterCommit(() -> {}));
        assertThrows(IllegalStateException.class, () -> kept.get(0).afterRollback(() -> {}));
        assertThrows(IllegalStateException.class, () -> kept.get(0).useSavepoint(() -> {}));
        assertEquals(List.of(), database.log());
    }

    @Test
    @DisplayName("After a conflict the whole work runs again in a new transaction")
    void retries() throws SQLException {
        int result = pool.transaction(TWICE, (tx, c) -> {
            tx.afterRollback(() -> ran.add("undone " + tx.attempt()));
            tx.afterCommit(() -> ran.add("committed " + tx.attempt()));
            if (tx.attempt() == 1) throw TransactionFixturesKt.conflict("once");
            return tx.attempt();
        });
        assertEquals(2, result);
        assertEquals(List.of("undone 1", "committed 2"), ran);
        assertEquals(List.of("begin", "rollback", "begin", "commit"), story());
    }

    @Test
    @DisplayName("The last error is thrown, with the earlier ones suppressed")
    void suppresses() {
        var last = assertThrows(
                SQLException.class,
                () -> pool.useTransaction(TWICE, (tx, c) -> {
                    throw TransactionFixturesKt.conflict("attempt " + tx.attempt());
                }));
        assertEquals("attempt 2", last.getMessage());
        assertEquals("attempt 1", last.getSuppressed()[0].getMessage());
    }

    @Test
    @DisplayName("An interrupt ends the attempts: the last failure is thrown, and the interrupt flag is kept")
    void interrupted() {
        var patient = TransactionOptions.defaults().retry(new Retry(9, Backoff.fixed(Duration.ofMinutes(1))));
        var last = assertThrows(
                SQLException.class,
                () -> pool.useTransaction(patient, (tx, c) -> {
                    Thread.currentThread().interrupt();
                    throw TransactionFixturesKt.conflict("attempt " + tx.attempt());
                }));
        assertTrue(Thread.interrupted());
        assertEquals("attempt 1", last.getMessage());
        assertEquals(0, last.getSuppressed().length);
    }

    @Test
    @DisplayName(
            "If the connection is lost during the commit, the outcome is unknown: no hook runs, and nothing is retried")
    void outcomeUnknown() {
        database.on("connection.commit", call -> {
            throw rethrown(new SQLException("broken pipe", "08006"));
        });
        var options = TransactionOptions.defaults().retry(Retry.conflicts().alsoOn(e -> true));
        var error = assertThrows(
                SQLNonTransientConnectionException.class,
                () -> pool.useTransaction(options, (tx, c) -> {
                    ran.add("attempt " + tx.attempt());
                    tx.afterCommit(() -> ran.add("committed"));
                    tx.afterRollback(() -> ran.add("rolled back"));
                }));
        assertEquals("08007", error.getSQLState());
        assertEquals(List.of("attempt 1"), ran);
    }

    @Test
    @DisplayName("However a transaction ends, the next one of the thread is independent")
    void leavesNothingInTheThread() throws SQLException {
        for (String step : List.of("setAutoCommit", "commit")) {
            database.on("connection." + step, call -> {
                throw rethrown(new SQLException("no"));
            });
            assertThrows(SQLException.class, () -> pool.useTransaction((tx, c) -> {}));
            database.normal("connection." + step);
            database.forget();
            pool.useTransaction((tx, c) -> {});
            assertEquals(List.of("begin", "commit"), story());
        }
        pool.setLoginTimeout(1);
        try (Connection held = pool.getConnection()) {
            assertThrows(SQLTransientConnectionException.class, () -> pool.useTransaction((tx, c) -> {}));
            assertFalse(held.isClosed());
        }
        database.forget();
        pool.useTransaction((tx, c) -> {});
        assertEquals(List.of("begin", "commit"), story());
    }

    @Test
    @DisplayName("Options are a value")
    void optionsAreAValue() {
        var some = TransactionOptions.defaults().isolation(8).readOnly(true).retry(Retry.conflicts());
        assertEquals(
                some,
                TransactionOptions.defaults().retry(new Retry()).readOnly(true).isolation(8));
        assertEquals(some.hashCode(), some.isolation(8).hashCode());
        assertNotEquals(some, some.isolation(2));
        assertNotEquals(some, some.readOnly(null));
        assertNotEquals(some, some.retry(Retry.none()));
        assertNotEquals(some, some.priority(Priority.LOW));
        assertNotEquals(some, "some");
        assertTrue(some.toString().contains("isolation=8, readOnly=true"), some.toString());
        assertEquals(Priority.NORMAL, some.getPriority());
        assertEquals(8, some.getIsolation());
        assertEquals(5, some.getRetry().getAttempts());
        assertThrows(NullPointerException.class, () -> some.retry(null));
        assertThrows(CompletionException.class, () -> CompletableFuture.runAsync(() -> some.priority(null))
                .join());
    }
}
