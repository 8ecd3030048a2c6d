package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.ConnectFailedException;
import dev.rockpool.PoolEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import kotlin.Unit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Pools that follow their file. Each check of the file is a call, so no test waits for a clock. */
class RunningPoolsTest {
    private static final String SECRET = "s3cr3t-W0rd";

    @TempDir
    Path folder;

    private final FakeDatabase orders = new FakeDatabase();
    private final FakeDatabase reports = new FakeDatabase();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("pools.yaml");
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private static String pool(String name, String url, String settings) {
        return "  " + name + ": { url: '" + url + "', min_idle: 0, " + settings + " }\n";
    }

    private String two(String settingsOfOrders, String settingsOfReports) {
        return "pools:\n"
                + pool("orders", orders.getUrl(), settingsOfOrders)
                + pool("reports", reports.getUrl(), settingsOfReports);
    }

    private RunningPools open(String text) throws IOException {
        write(text);
        return PoolsFile.load(file, Map.of(), Map.of()).open(null);
    }

    private static String logged(Runnable work) {
        return LoggedKt.logged(Level.WARN, () -> {
            work.run();
            return Unit.INSTANCE;
        });
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "the condition does not come true");
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("76: a bad reload changes nothing and is reported once")
    void aBadReload() throws Exception {
        try (RunningPools pools = open(two("max_size: 3", "max_size: 4"))) {
            write(two("max_size: 5, password: " + SECRET, "max_size: none"));

            String first = logged(pools::check);
            String second = logged(pools::check);
            String later = logged(() -> {
                pools.check();
                pools.check();
            });
            InvalidPoolsFileException thrown = assertThrows(InvalidPoolsFileException.class, pools::reload);

            assertEquals("", first);
            assertTrue(second.contains("pools.yaml:3:"), second);
            assertTrue(second.contains("pools.reports.max_size is 'none' but must be a whole number"), second);
            assertFalse(second.contains(SECRET), second);
            assertEquals("", later);
            assertEquals(1, thrown.getProblems().size());
            assertEquals(3, pools.jdbcPool("orders").getControl().getConfig().getMaxSize());
        }
    }

    @Test
    @DisplayName("77: a good reload is applied to all pools")
    void aGoodReload() throws Exception {
        try (RunningPools pools = open(two("max_size: 3", "max_size: 4"))) {
            RockpoolDataSource before = pools.dataSource("orders");
            write(two("max_size: 5, idle_timeout: 1m", "max_size: 6"));
            pools.check();

            assertSame(before, pools.dataSource("orders"));
            assertEquals(5, before.control().getConfig().getMaxSize());
            assertEquals(Duration.ofMinutes(1), before.control().getConfig().getIdleTimeout());
            assertEquals(6, pools.dataSource("reports").control().getConfig().getMaxSize());
            assertEquals(5, before.config().getPool().getMaxSize());
        }
    }

    @Test
    @DisplayName("77: if a new pool cannot start, nothing changes")
    void aPoolThatCannotStart() throws Exception {
        FakeDatabase down = down();
        try (RunningPools pools = open("budget: { total: 9 }\n" + two("max_size: 3", "guaranteed: 2"))) {
            String next = "budget: { total: 20 }\n"
                    + two("max_size: 5", "guaranteed: 4")
                    + pool("down", down.getUrl(), "startup: fail-fast, guaranteed: 9");
            write(next);

            assertThrows(ConnectFailedException.class, pools::reload);
            assertFalse(logged(pools::check).contains("cannot be applied"));
            assertTrue(logged(pools::check).contains("cannot be applied"));

            assertEquals(Set.of("orders", "reports"), pools.names());
            assertEquals(3, pools.jdbcPool("orders").getControl().getConfig().getMaxSize());
            assertEquals(9, pools.budget().getTotal());
            assertEquals(2, pools.budget().getPools().get(1).guaranteed());

            down.normal("driver.connect");
            pools.reload();
            assertEquals(20, pools.budget().getTotal());
            assertEquals(9, pools.budget().getPools().get(2).guaranteed());
        }
    }

    @Test
    @DisplayName("77: if a pool cannot start, those that were started are closed")
    void startedPoolsAreClosed() {
        String text = "pools:\n"
                + "  orders: { url: '" + orders.getUrl() + "', min_idle: 1, startup: fail-fast }\n"
                + pool("reports", down().getUrl(), "startup: fail-fast");
        assertThrows(ConnectFailedException.class, () -> open(text));
        assertFalse(orders.getLogins().isEmpty());
        until(() -> orders.open() == 0);
    }

    private static FakeDatabase down() {
        FakeDatabase down = new FakeDatabase();
        down.on("driver.connect", call -> {
            throw sneaky(new SQLException("down", "08001"));
        });
        return down;
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable error) throws X {
        throw (X) error;
    }

    @Test
    @DisplayName("78: an unchanged pool sees no event")
    void anUnchangedPool() throws Exception {
        try (RunningPools pools = open(two("max_size: 3", "password: one"))) {
            pools.dataSource("orders").getConnection().close();
            pools.dataSource("reports").getConnection().close();
            List<PoolEvent> events = new CopyOnWriteArrayList<>();
            pools.dataSource("orders").control().addListener(events::add);
            write(two("max_size: 3", "password: two"));
            pools.check();
            pools.dataSource("reports").getConnection().close();
            until(() -> reports.open() == 1);

            assertEquals(2, reports.getLogins().size());
            assertEquals(1, orders.getLogins().size());
            assertEquals(List.of(), events);
        }
    }

    @Test
    @DisplayName("79: another URL replaces connections, and leased ones finish")
    void anotherUrl() throws Exception {
        FakeDatabase moved = new FakeDatabase();
        try (RunningPools pools = open(two("max_size: 3", "max_size: 3"))) {
            RockpoolDataSource source = pools.dataSource("orders");
            Connection leased = source.getConnection();
            Connection idle = source.getConnection();
            idle.close();
            assertEquals(2, orders.open());

            write("pools:\n" + pool("orders", moved.getUrl(), "max_size: 3")
                    + pool("reports", reports.getUrl(), "max_size: 3"));
            pools.check();
            until(() -> orders.open() == 1);
            try (Connection next = source.getConnection()) {
                assertEquals(1, moved.open());
                assertFalse(next.isClosed());
            }
            leased.createStatement().close();
            leased.close();
            until(() -> orders.open() == 0);
            assertEquals(moved.getUrl(), source.config().getUrl());
        }
    }

    @Test
    @DisplayName("79: another password is used by each connection that is lent after the reload")
    void anotherPassword() throws Exception {
        try (RunningPools pools = open(two("username: me, password: one", "max_size: 3"))) {
            pools.dataSource("orders").getConnection().close();
            write(two("username: me, password: two", "max_size: 3"));
            pools.check();
            pools.dataSource("orders").getConnection().close();

            assertEquals("(me, two)", orders.getLogins().get(1).toString());
            assertEquals(0, reports.getLogins().size());
        }
    }

    @Test
    @DisplayName("79: a rotated secret is used by the next login, and the error of a missing one does not show it")
    void aRotatedSecret() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "one\n");
        try (RunningPools pools = open(two("username: me, password: '${file:" + secret + "}'", "max_size: 3"))) {
            RockpoolDataSource source = pools.dataSource("orders");
            source.getConnection().close();
            Files.writeString(secret, SECRET);
            pools.check();
            assertEquals(1, orders.open());
            source.control().evictAll();
            source.getConnection().close();
            assertEquals("(me, " + SECRET + ")", orders.getLogins().get(1).toString());

            Files.delete(secret);
            source.control().evictAll();
            String expected = "password refers to ${file:" + secret + "} but there is no such file";
            until(() -> {
                SQLException missing =
                        assertThrows(SQLException.class, () -> source.getConnection(Duration.ofMillis(50)));
                assertFalse(missing.getMessage().contains(SECRET));
                return missing.getMessage().contains(expected);
            });
        }
    }

    @Test
    @DisplayName("80: a half-written file is read again before it is refused")
    void aHalfWrittenFile() throws Exception {
        try (RunningPools pools = open(two("max_size: 3", "max_size: 4"))) {
            String whole = two("max_size: 5", "max_size: 6");
            for (int length : List.of(0, 8, 40, whole.length() - 4)) {
                write(whole.substring(0, length));
                assertEquals("", logged(pools::check));
                assertEquals(
                        3, pools.jdbcPool("orders").getControl().getConfig().getMaxSize());
            }
            write(whole);
            assertEquals("", logged(pools::check));
            assertEquals(5, pools.jdbcPool("orders").getControl().getConfig().getMaxSize());
        }
    }

    @Test
    @DisplayName("80: a file that is missing changes nothing and is reported once")
    void aMissingFile() throws Exception {
        try (RunningPools pools = open(two("max_size: 3", "max_size: 4"))) {
            Files.delete(file);
            assertEquals("", logged(pools::check));
            assertTrue(logged(pools::check).contains("cannot be read"));
            assertEquals("", logged(pools::check));
            write(two("max_size: 8", "max_size: 4"));
            pools.check();
            assertEquals(8, pools.jdbcPool("orders").getControl().getConfig().getMaxSize());
        }
    }

    @Test
    @DisplayName("81: the swap of a symbolic link, as in Kubernetes, is seen")
    void aSymbolicLink() throws Exception {
        Path first = Files.createDirectory(folder.resolve("..2026_1"));
        Path second = Files.createDirectory(folder.resolve("..2026_2"));
        Files.writeString(first.resolve("pools.yaml"), two("max_size: 3", "max_size: 4"));
        Files.writeString(second.resolve("pools.yaml"), two("max_size: 5", "max_size: 4"));
        Files.setLastModifiedTime(second.resolve("pools.yaml"), Files.getLastModifiedTime(first.resolve("pools.yaml")));
        Path data = Files.createSymbolicLink(folder.resolve("..data"), first.getFileName());
        Files.createSymbolicLink(file, Path.of("..data", "pools.yaml"));

        try (RunningPools pools = PoolsFile.load(file, Map.of(), Map.of()).open(null)) {
            Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), second.getFileName());
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
            pools.check();

            assertEquals(5, pools.jdbcPool("orders").getControl().getConfig().getMaxSize());
        }
    }

    @Test
    void poolsComeAndGo() throws Exception {
        FakeDatabase extra = new FakeDatabase();
        try (RunningPools pools = open(two("max_size: 3", "max_size: 4"))) {
            Connection leased = pools.dataSource("reports").getConnection();
            RockpoolDataSource removed = pools.dataSource("reports");
            write("pools:\n" + pool("extra", extra.getUrl(), "max_size: 2")
                    + pool("orders", orders.getUrl(), "max_size: 3"));
            pools.check();

            assertEquals(List.of("extra", "orders"), List.copyOf(pools.names()));
            pools.dataSource("extra").getConnection().close();
            assertThrows(IllegalArgumentException.class, () -> pools.dataSource("reports"));
            until(() -> fails(removed));
            leased.createStatement().close();
            leased.close();
            until(() -> reports.open() == 0);
        }
        assertEquals(0, extra.open() + orders.open());
    }

    private static boolean fails(RockpoolDataSource source) {
        try {
            source.getConnection(Duration.ZERO).close();
            return false;
        } catch (SQLException e) {
            return "HY010".equals(e.getSQLState());
        }
    }

    @Test
    void aBudgetFollowsTheFile() throws Exception {
        String both = "budget: { total: %s }\n";
        try (RunningPools pools = open(both.formatted(10) + two("guaranteed: 6", "guaranteed: 4"))) {
            write(both.formatted(8) + two("guaranteed: 1", "guaranteed: 7"));
            pools.reload();
            assertEquals(8, pools.budget().getTotal());
            assertEquals(
                    List.of(1, 7),
                    pools.budget().getPools().stream()
                            .map(use -> use.guaranteed())
                            .toList());

            write(both.formatted(20) + two("guaranteed: 12", "guaranteed: 8"));
            pools.reload();
            assertEquals(20, pools.budget().getTotal());
            assertEquals(12, pools.budget().getPools().get(0).guaranteed());

            write(two("max_size: 3", "max_size: 3"));
            assertTrue(assertThrows(InvalidPoolsFileException.class, pools::reload)
                    .getMessage()
                    .contains("budget cannot be added or removed while the pools run"));
        }
    }

    @Test
    void whatCannotChangeWhileAPoolRunsIsRefused() throws Exception {
        try (RunningPools pools = open(two("max_size: 3", "max_size: 3"))) {
            write("pools:\n" + pool("orders", "jdbc:sqlite:" + folder.resolve("orders.db"), "max_size: 5")
                    + pool("reports", reports.getUrl(), "max_size: 4"));
            InvalidPoolsFileException refused = assertThrows(InvalidPoolsFileException.class, pools::reload);

            assertTrue(
                    refused.getMessage().contains("pools.orders.url cannot change while the pool runs"),
                    refused::getMessage);
            assertEquals(3, pools.jdbcPool("reports").getControl().getConfig().getMaxSize());
        }
    }

    @Test
    void theFileIsCheckedByItself() throws Exception {
        write(two("max_size: 3", "max_size: 4"));
        RunningPools pools = PoolsFile.load(file, Map.of(), Map.of()).open(Duration.ofMillis(5));
        write(two("max_size: 5", "max_size: 4"));
        until(() -> pools.jdbcPool("orders").getControl().getConfig().getMaxSize() == 5);
        pools.close();
        until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("rockpool-file")));
        assertThrows(IllegalStateException.class, pools::reload);
        assertThrows(IllegalArgumentException.class, () -> PoolsFile.load(file).open(Duration.ZERO));
    }

    @Test
    void poolsAreOpenedAsTheDocumentsShow() throws Exception {
        write(two("max_size: 3", "max_size: 4"));
        // region open
        try (RunningPools pools = PoolsFile.load(file).open()) {
            RockpoolDataSource orders = pools.dataSource("orders");
            JdbcPool reports = pools.jdbcPool("reports");
            // endregion
            assertEquals(3, orders.control().getConfig().getMaxSize());
            assertEquals(4, reports.getControl().getConfig().getMaxSize());
        }
    }

    @Test
    @DisplayName("82: running pools show no secret")
    void secretsOfRunningPoolsAreNotShown() throws Exception {
        try (RunningPools pools = open(two("username: me, password: " + SECRET, "max_size: 3"))) {
            assertFalse((pools + "" + pools.dataSource("orders").config()).contains(SECRET));
            assertNotEquals("", pools.toString());
        }
    }
}
