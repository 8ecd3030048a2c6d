package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import dev.rockpool.testing.FaultProxy;
import dev.rockpool.testing.FaultProxy.Links;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * A frozen server answers nothing: no statement, no rollback of a return, no login, and no request to cancel, for which
 * PostgreSQL's driver waits ten seconds. The users of connections and the pool do not wait so long.
 */
@Timeout(60)
class FrozenServerTest {
    private static final long SOON_MILLIS = 5_000;
    private static final AtomicInteger QUERIES = new AtomicInteger();

    private final URI server = URI.create(Postgres.INSTANCE.getUrl().substring("jdbc:".length()));
    private final FaultProxy proxy = FaultProxy.to("localhost", server.getPort());
    private final AtomicReference<Throwable> seen = new AtomicReference<>();
    private final String query = "select pg_sleep(" + (1_000 + QUERIES.incrementAndGet()) + ")";
    private RockpoolDataSource pool;
    private Thread user;

    @BeforeEach
    void open() {
        pool = create();
    }

    private RockpoolDataSource create() {
        return RockpoolDataSource.builder()
                .url("jdbc:postgresql://localhost:" + proxy.port() + "/postgres?sslmode=disable&gssEncMode=disable")
                .username(Postgres.USER)
                .maxSize(1)
                .cancelTimeout(Duration.ofMillis(300))
                .resetTimeout(Duration.ofMillis(300))
                .connectTimeout(Duration.ofMillis(300))
                .build();
    }

    @AfterEach
    void close() {
        proxy.close();
        pool.close(Duration.ZERO);
    }

    /** The request to cancel and the abort race, hence several times. */
    @RepeatedTest(3)
    void aCloseFreesTheUser() throws Exception {
        freezeWhileTheUserWaits();
        pool.close(Duration.ZERO);
        assertUserIsFree();
    }

    @Test
    void anInterruptFreesTheUser() throws Exception {
        freezeWhileTheUserWaits();
        user.interrupt();
        assertUserIsFree();
    }

    @Test
    void aReturnEndsAfterItsTimeout() throws Exception {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        execute(connection, "select 1");
        proxy.blackHole(Links.ALL);
        assertEndsSoon(connection::close);
        assertEquals(0, pool.snapshot().getLeased());
        while (pool.control().recentlyClosed().isEmpty()) Thread.onSpinWait();
        String why = pool.control().recentlyClosed().toString();
        assertTrue(why.contains("resetTimeout"), why);
    }

    @Test
    void anotherThreadMayCloseTheConnectionOfAStatement() throws Exception {
        Connection connection = pool.getConnection();
        run(() -> execute(connection, query));
        awaitQuery();
        proxy.blackHole(Links.ALL);
        assertEndsSoon(connection::close);
        assertUserIsFree();
    }

    @Test
    void aQueryForMetadataIsCancelled() throws Exception {
        var frozen = new CountDownLatch(1);
        run(() -> pool.useConnection(connection -> {
            var metadata = connection.getMetaData();
            proxy.blackHole(Links.ALL);
            frozen.countDown();
            metadata.getTables(null, null, "%", null).close();
        }));
        frozen.await();
        user.interrupt();
        assertUserIsFree();
    }

    @Test
    void aStatementsOwnCancelEndsAfterItsTimeout() throws Exception {
        Connection connection = pool.getConnection();
        var statement = connection.createStatement();
        run(() -> statement.execute(query));
        awaitQuery();
        proxy.blackHole(Links.ALL);
        assertEndsSoon(statement::cancel);
    }

    @Test
    void aConnectThatWasGivenUpKeepsNoThread() {
        pool.close(Duration.ZERO);
        proxy.silence();
        pool = create();
        assertThrows(SQLException.class, () -> pool.getConnection(Duration.ofSeconds(2), Priority.NORMAL));
        assertTrue(pool.snapshot().getOpenFailed() > 0);
        pool.close(Duration.ZERO);
        long end = System.nanoTime() + Duration.ofMillis(SOON_MILLIS).toNanos();
        while (isConnecting()) assertTrue(System.nanoTime() < end, "a thread still waits for the login");
    }

    private boolean isConnecting() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> each.getKey().getName().startsWith("rockpool-"))
                .flatMap(each -> Arrays.stream(each.getValue()))
                .anyMatch(call -> call.getClassName().endsWith(".DriverConnector"));
    }

    private void freezeWhileTheUserWaits() throws Exception {
        run(() -> pool.useConnection(connection -> execute(connection, query)));
        awaitQuery();
        proxy.blackHole(Links.ALL);
    }

    private void awaitQuery() throws SQLException {
        while (!ask("select count(*) from pg_stat_activity where query = '" + query + "'")
                .equals("1")) Thread.onSpinWait();
    }

    private void assertUserIsFree() throws InterruptedException {
        user.join(SOON_MILLIS);
        assertFalse(user.isAlive());
        assertInstanceOf(SQLException.class, seen.get());
    }

    private void run(Executable work) {
        user = new Thread(() -> {
            try {
                work.execute();
            } catch (Throwable e) {
                seen.set(e);
            }
        });
        user.start();
    }

    private static void assertEndsSoon(Executable work) {
        assertTimeout(Duration.ofMillis(SOON_MILLIS), work);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(String sql) throws SQLException {
        try (Connection direct = Postgres.INSTANCE.direct();
                var statement = direct.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
