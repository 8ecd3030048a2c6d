package dev.rockpool.examples.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rockpool.jdbc.InvalidPoolsFileException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service takes orders on real servers while its file changes. */
class ShopServiceTest {
    private static final int CALLERS = 6;
    private static final int ROUNDS = 6;
    private static final String FILE = """
            default_pool: { username: postgres, min_idle: 1, max_size: %d }
            budget: { total: 8 }
            pools:
              orders:
                url: jdbc:postgresql://localhost:%d/postgres
                guaranteed: 2
                properties: { ApplicationName: orders-%d }
              reports:
                url: jdbc:postgresql://localhost:%d/%s
                guaranteed: 2
            """;

    @TempDir
    Path folder;

    @Test
    void noCallFailsWhileTheFileChanges() throws Exception {
        Path file = folder.resolve("pools.yaml");
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        Semaphore calls = new Semaphore(0);
        AtomicBoolean stopped = new AtomicBoolean();
        int taken = 0;
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            run(server, "postgres", "create table orders (number int generated always as identity, item text)");
            for (String database : List.of("reports", "archive")) {
                run(server, "postgres", "create database " + database);
                run(server, database, "create table reported (number int)");
            }
            Files.writeString(file, FILE.formatted(4, server.getPort(), 0, server.getPort(), "reports"));
            try (ShopService shop = new ShopService(file)) {
                List<Thread> callers = callers(shop, calls, failures, stopped);
                for (int round = 1; round <= ROUNDS && failures.isEmpty(); round++) {
                    String reports = round % 2 == 0 ? "reports" : "archive";
                    Files.writeString(
                            file, FILE.formatted(2 + round % 3, server.getPort(), round, server.getPort(), reports));
                    shop.pools().reload();
                    calls.acquire(2 * CALLERS);
                    taken += 2 * CALLERS;
                    assertEquals(
                            "orders-" + round,
                            shop.pools().dataSource("orders").withConnection(ShopServiceTest::applicationName));
                    Files.writeString(file, "pools: { orders: { url: 1, max_sise: 2 } }");
                    assertThrows(InvalidPoolsFileException.class, shop.pools()::reload);
                }
                stopped.set(true);
                for (Thread caller : callers) caller.join();
            }
            taken += calls.drainPermits();
            assertEquals(List.of(), List.copyOf(failures));
            assertEquals(taken, count(server, "postgres", "orders"));
            int archived = count(server, "archive", "reported");
            assertEquals(taken, archived + count(server, "reports", "reported"));
            assertNotEquals(0, archived);
        }
    }

    private static List<Thread> callers(
            ShopService shop, Semaphore calls, Queue<Throwable> failures, AtomicBoolean stopped) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Thread caller = new Thread(() -> {
                while (!stopped.get()) {
                    try {
                        shop.order("tea");
                    } catch (SQLException | RuntimeException e) {
                        failures.add(e);
                    }
                    calls.release();
                }
            });
            callers.add(caller);
            caller.start();
        }
        return callers;
    }

    private static String applicationName(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("show application_name")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void run(EmbeddedPostgres server, String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.getJdbcUrl("postgres", database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(EmbeddedPostgres server, String database, String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.getJdbcUrl("postgres", database));
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from " + table)) {
            row.next();
            return row.getInt(1);
        }
    }
}
