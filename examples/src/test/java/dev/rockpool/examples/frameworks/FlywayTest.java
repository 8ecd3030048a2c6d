package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Flyway migrates through Rockpool. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FlywayTest extends OnRockpool {
    private Flyway flyway(String... locations) {
        // region flyway
        return Flyway.configure().dataSource(dataSource).locations(locations).load();
        // endregion
    }

    @Test
    @Order(1)
    void migrationsRunOnceEvenIfTwoStartAtTheSameTime() throws Exception {
        // Each holds one connection while it waits for a second one.
        var executed = onThreads(
                MAX_SIZE / 2, () -> flyway("classpath:frameworks/migration").migrate().migrationsExecuted);
        assertEquals(2, executed.stream().mapToInt(Integer::intValue).sum());
        assertEquals(200, ask("select sum(balance) from account"));
    }

    @Test
    @Order(2)
    void aFailedMigrationLeavesNothingBehindAndRestoresItsConnections() throws Exception {
        Flyway broken = flyway("classpath:frameworks/migration", "classpath:frameworks/broken");
        assertThrows(FlywayException.class, broken::migrate);
        assertEquals(0, ask("select count(*) from pg_tables where tablename = 'half_done'"));
        assertEquals(2, ask("select count(*) from flyway_schema_history"));
        try (Connection connection = dataSource.getConnection()) {
            assertTrue(connection.getAutoCommit());
            assertEquals("public", connection.getSchema());
        }
        flyway("classpath:frameworks/migration").validate();
    }
}
