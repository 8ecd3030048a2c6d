package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.rockpool.testing.FaultProxy;
import dev.rockpool.testing.FaultProxy.Links;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A frozen server does not answer a request to cancel either. PostgreSQL's driver waits ten seconds for that answer. The
 * user of the connection and the pool do not wait so long.
 */
@Timeout(60)
class FrozenServerTest {
    private static final long SOON_MILLIS = 5_000;
    private static final AtomicInteger QUERIES = new AtomicInteger();

    private final URI server = URI.create(Postgres.INSTANCE.getUrl().substring("jdbc:".length()));
    private final FaultProxy proxy = FaultProxy.to("localhost", server.getPort());
    private final AtomicReference<Throwable> seen = new AtomicReference<>();
    private final Thread user = new Thread(this::query);
    private final String query = "select pg_sleep(" + (1_000 + QUERIES.incrementAndGet()) + ")";
    private RockpoolDataSource pool;

    @BeforeEach
    void open() {
        pool = RockpoolDataSource.builder()
                .url("jdbc:postgresql://localhost:" + proxy.port() + "/postgres")
                .username(Postgres.USER)
                .maxSize(1)
                .cancelTimeout(Duration.ofMillis(300))
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

    private void freezeWhileTheUserWaits() throws Exception {
        user.start();
        while (!ask("select count(*) from pg_stat_activity where query = '" + query + "'")
                .equals("1")) Thread.onSpinWait();
        proxy.blackHole(Links.ALL);
    }

    private void assertUserIsFree() throws InterruptedException {
        user.join(SOON_MILLIS);
        assertFalse(user.isAlive());
        assertInstanceOf(SQLException.class, seen.get());
    }

    private void query() {
        try {
            pool.useConnection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute(query);
                }
            });
        } catch (Throwable e) {
            seen.set(e);
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
