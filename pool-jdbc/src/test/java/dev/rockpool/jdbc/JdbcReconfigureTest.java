package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.InvalidConfigException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Other settings for a JDBC pool that runs. */
class JdbcReconfigureTest {
    private final FakeDatabase database = new FakeDatabase();
    private final JdbcPool pool = new JdbcPool(JdbcConfig.builder()
            .name("live")
            .url(database.getUrl())
            .minIdle(0)
            .password("one")
            .build());

    @AfterEach
    void close() {
        pool.getDataSource().close();
    }

    private void lendOne() throws Exception {
        pool.getDataSource().getConnection().close();
    }

    private void change(UnaryOperator<JdbcBuilder<JdbcConfig>> change) {
        pool.reconfigure(change.apply(pool.getConfig().toBuilder()).build());
    }

    @Test
    void settingsThatConnectionsDoNotHaveLeaveConnectionsAlone() throws Exception {
        lendOne();
        change(settings ->
                settings.maxSize(3).cancelTimeout(Duration.ofSeconds(1)).startup(Startup.Lazy.INSTANCE));
        lendOne();

        assertEquals(1, database.getConnections().size());
        assertEquals(3, pool.getControl().getConfig().getMaxSize());
        assertEquals(Duration.ofSeconds(1), pool.getConfig().getCancelTimeout());
    }

    @Test
    void theSameSettingsChangeNothing() throws Exception {
        lendOne();
        pool.getControl().reconfigure(settings -> settings.maxSize(7));
        change(settings -> settings);
        lendOne();

        assertEquals(1, database.getConnections().size());
        assertEquals(7, pool.getControl().getConfig().getMaxSize());
    }

    @Test
    void connectionsGetTheirNewSettings() throws Exception {
        lendOne();
        change(settings -> {
            settings.initSql("select 'new'");
            return settings.readOnly(true);
        });
        database.forget();
        try (Connection connection = pool.getDataSource().getConnection()) {
            assertTrue(connection.isReadOnly());
        }
        assertTrue(database.log().toString().contains("select 'new'"), database.log()::toString);
        assertEquals(2, database.getConnections().size());
    }

    @Test
    @DisplayName("79: a change of the password keeps the URL, and a change of the URL keeps the password")
    void eachKeepsTheOther() throws Exception {
        FakeDatabase moved = new FakeDatabase();
        change(settings -> settings.username("me").password("two"));
        lendOne();
        change(settings -> settings.url(moved.getUrl()));
        lendOne();
        pool.changeCredentials("me", "three");
        pool.getControl().evictAll();
        lendOne();

        assertEquals("[(me, two)]", database.getLogins().toString());
        assertEquals("[(me, two), (me, three)]", moved.getLogins().toString());
    }

    @Test
    @DisplayName("79: a connect that began before the change is not lent after it")
    void aConnectUnderWay() throws Exception {
        FakeDatabase slow = new FakeDatabase();
        FakeDatabase moved = new FakeDatabase();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        slow.on("driver.connect", call -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return FakeDatabase.Companion.getRECORD_ONLY();
        });
        JdbcPool early = new JdbcPool(JdbcConfig.builder()
                .name("early")
                .url(slow.getUrl())
                .minIdle(1)
                .maxSize(2)
                .build());
        try {
            begun.await();
            early.reconfigure(early.getConfig().toBuilder().url(moved.getUrl()).build());
            release.countDown();
            for (int i = 0; i < 5; i++) {
                try (Connection one = early.getDataSource().getConnection();
                        Connection other = early.getDataSource().getConnection()) {
                    assertEquals(
                            List.of(),
                            slow.log().stream()
                                    .filter(call -> call.contains("createStatement"))
                                    .toList());
                    one.createStatement().close();
                    other.createStatement().close();
                }
            }
            assertTrue(
                    moved.getConnections().size() >= 2,
                    () -> "" + moved.getConnections().size());
        } finally {
            early.getDataSource().close();
        }
        assertEquals(0, slow.open() + moved.open());
    }

    @Test
    void whatCannotChangeIsRefusedAndNothingHasChanged() {
        JdbcConfig wrong = pool.getConfig().toBuilder()
                .name("other")
                .hooks(new BlockingConnectionHooks<>() {})
                .maxSize(4)
                .build();

        InvalidConfigException refused = assertThrows(InvalidConfigException.class, () -> pool.reconfigure(wrong));

        assertEquals(
                List.of(
                        "name is 'other' but must stay 'live'",
                        "hooks cannot change while the pool runs; restart to change it"),
                refused.getProblems());
        assertEquals(10, pool.getControl().getConfig().getMaxSize());
    }
}
