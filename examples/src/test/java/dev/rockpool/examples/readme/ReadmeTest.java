package dev.rockpool.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.jdbc.RockpoolDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
}
