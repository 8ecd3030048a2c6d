package dev.rockpool.examples.scenarios;

import dev.rockpool.Budget;
import dev.rockpool.PoolManager;
import dev.rockpool.Pools;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.JdbcPools;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.Startup;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Pools of programs that are not ordinary services. */
public final class Programs {
    private Programs() {}

    /** A process that lives for some calls, and may be frozen between them. */
    public static RockpoolDataSource shortLived(String url) {
        // region short
        return RockpoolDataSource.builder()
                .name("function")
                .url(url)
                .maxSize(2) // many processes share the server
                .minIdle(1) // connects while the rest of the process starts
                .acquireTimeout(Duration.ofSeconds(5))
                .idleTimeout(Duration.ofMinutes(1))
                .maxLifetime(Duration.ofMinutes(5))
                .build();
        // endregion
    }

    /** A manager for tenants that have databases of their own. */
    // region tenants
    public static PoolManager tenants() {
        return Pools.manager(Duration.ofMinutes(5), new Budget(60)); // 60 connections for all tenants together
    }

    public static RockpoolDataSource of(String tenant, PoolManager tenants, String url) {
        return JdbcPools.dataSource(
                tenants,
                JdbcConfig.builder()
                        .name(tenant)
                        .url(url)
                        .maxSize(5) // for one tenant
                        .minIdle(0) // so that unused pools close themselves
                        .build());
    }

    // endregion

    /** A program that fills tables, with four writers. */
    public static RockpoolDataSource batchImport(String url) {
        // region import
        return RockpoolDataSource.builder()
                .name("import")
                .url(url)
                .maxSize(4) // as many as the server has cores to spare
                .minIdle(0)
                .autoCommit(false)
                .property("reWriteBatchedInserts", "true") // PostgreSQL: one statement for many rows
                .acquireTimeout(null) // its own queue is the limit
                .startup(Startup.failFast()) // end at once if the database is away
                .build();
        // endregion
    }

    /** The writers of the import. Each commits some thousand rows at a time. */
    public static void write(RockpoolDataSource dataSource, Iterable<String> names) throws SQLException {
        // region import batch
        dataSource.useTransaction((tx, connection) -> {
            try (var insert = connection.prepareStatement("insert into person (name) values (?)")) {
                for (String name : names) {
                    insert.setString(1, name);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
        // endregion
    }

    /** The database of an application on one machine. */
    public static RockpoolDataSource desktop(Path file) {
        // region desktop
        return RockpoolDataSource.builder()
                .name("notes")
                .url("jdbc:sqlite:" + file)
                .maxSize(4) // one writer at a time, so three can read beside it
                .minIdle(1)
                .acquireTimeout(Duration.ofSeconds(10)) // the longest wait for the turn to write, too
                .startup(Startup.failFast()) // tell the user at once that the file cannot be used
                .build();
        // endregion
    }

    /** The schema of a tenant, where all tenants are in one database. */
    public static void inSchema(RockpoolDataSource dataSource, String tenant) throws SQLException {
        // region schema
        try (Connection connection = dataSource.getConnection()) {
            connection.setSchema(tenant); // the next user finds the pool's schema again
            countOrders(connection);
        }
        // endregion
    }

    private static void countOrders(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeQuery("select count(*) from orders").close();
        }
    }
}
