package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.PoolStats;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests a framework on a pool of {@link #MAX_SIZE} connections to its own database. The server rejects any session
 * above that limit, so the test detects a pool that opens too many.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnRockpool {
    static final int MAX_SIZE = 4;
    static final int THREADS = 12;

    final String database = getClass().getSimpleName().toLowerCase(Locale.ROOT);
    final RockpoolDataSource dataSource = open();

    /** Additional settings for this framework. */
    void settings(dev.rockpool.jdbc.JdbcBuilder<RockpoolDataSource> builder) {}

    private RockpoolDataSource open() {
        FrameworkServer.createDatabase(database, MAX_SIZE);
        var builder = RockpoolDataSource.builder()
                .name(database)
                .url(FrameworkServer.url(database))
                .username(database)
                .maxSize(MAX_SIZE);
        settings(builder);
        return builder.build();
    }

    @AfterEach
    void everyConnectionWasReturned() {
        assertEquals(0, dataSource.snapshot().getLeased(), "leases are active");
    }

    @AfterAll
    void theSessionLimitHeld() {
        PoolStats stats = dataSource.snapshot();
        dataSource.close();
        assertEquals(0, stats.getOpenFailed(), "the server refused sessions");
        assertEquals(0, stats.getTimedOut(), "callers timed out");
        assertEquals(0, dataSource.snapshot().getTotal());
    }

    /** Runs this on many threads at once, all of which must succeed. */
    static <T> List<T> onManyThreads(Callable<T> work) throws Exception {
        return onThreads(THREADS, work);
    }

    static <T> List<T> onThreads(int count, Callable<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(java.util.Collections.nCopies(count, work))) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    /** Returns the single number of this query, on a connection as the framework left it. */
    long ask(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    void run(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
            if (!connection.getAutoCommit()) connection.commit();
        }
    }

    void createAccounts() throws SQLException {
        run("create table account (id bigint generated always as identity primary key, owner text not null unique,"
                + " balance integer not null check (balance >= 0))");
    }
}
