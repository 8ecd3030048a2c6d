package dev.rockpool.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.scenarios.Programs;
import dev.rockpool.examples.scenarios.Services;
import dev.rockpool.jdbc.RockpoolDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the README and the documents works. {@link SnippetsTest} compares it with this package. */
class ReadmeTest {
    private static EmbeddedPostgres server;

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @Test
    void theCodeOfTheReadmeWorks() throws Exception {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table orders (id int generated always as identity)");
        }
        String url = server.getJdbcUrl("postgres", "postgres");
        int before = BuildersKt.runBlocking(
                EmptyCoroutineContext.INSTANCE,
                (scope, continuation) -> KotlinServiceKt.countAndAddOrder(url, continuation));
        assertEquals(0, before);
        assertEquals(1, JavaService.countOrders(url));
    }

    @Test
    void theTransactionsOfTheReadmeWork() throws Exception {
        try (var dataSource = RockpoolDataSource.builder()
                .url(server.getJdbcUrl("postgres", "postgres"))
                .build()) {
            dataSource.useConnection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute("create table account (id int primary key, balance int)");
                    statement.execute("insert into account values (1, 100), (2, 100)");
                }
            });
            int left = BuildersKt.runBlocking(
                    EmptyCoroutineContext.INSTANCE,
                    (scope, continuation) -> KotlinServiceKt.transfer(dataSource.asJdbcPool(), 1, 2, 30, continuation));
            assertEquals(70, left); // the table for the note does not exist
            assertEquals(60, JavaService.transfer(dataSource, 1, 2, 10));
            assertEquals(140, JavaService.transfer(dataSource, 2, 1, 0));
        }
    }

    @Test
    void thePoolsOfTheScenariosWork(@TempDir Path folder) throws Exception {
        String url = server.getJdbcUrl("postgres", "postgres");
        String urlOfOrders = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
        Path secret = Files.writeString(folder.resolve("password"), "any\n");
        try (var dataSource = Services.web(url)) {
            dataSource.useConnection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute("create role orders login; create table person (name text)");
                    statement.execute("create schema tenant; create table tenant.orders (id int)");
                }
            });
            Programs.inSchema(dataSource, "tenant");
            try (var connection = dataSource.getConnection()) {
                assertEquals("public", connection.getSchema());
            }
        }
        for (RockpoolDataSource each : List.of(
                Services.worker(url),
                Services.behindPgBouncer(url),
                Services.onKubernetes(urlOfOrders, secret),
                Programs.shortLived(url))) {
            try (each) {
                assertIsValid(each);
            }
        }
        try (var dataSource = Programs.batchImport(url)) {
            Programs.write(dataSource, List.of("anna", "ben"));
            assertIsValid(dataSource);
        }
        try (var tenants = Programs.tenants()) {
            assertIsValid(Programs.of("one", tenants, url));
        }
    }

    @Test
    void theDesktopScenarioWorks(@TempDir Path folder) throws SQLException {
        try (var dataSource = Programs.desktop(folder.resolve("notes.db"))) {
            assertIsValid(dataSource);
        }
    }

    private static void assertIsValid(RockpoolDataSource dataSource) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            assertTrue(connection.isValid(5), dataSource::toString);
        }
    }
}
