package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.PoolStats;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.testing.EmbeddedDatabase;
import dev.rockpool.testing.FaultProxy;
import dev.rockpool.testing.chaos.Chaos;
import dev.rockpool.testing.chaos.ChaosCheck;
import dev.rockpool.testing.chaos.ChaosResult;
import dev.rockpool.testing.chaos.ChaosSettings;
import dev.rockpool.testing.chaos.ChaosSubject;
import dev.rockpool.testing.chaos.Scenario;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real PostgreSQL and its network, with injected faults. */
class FaultsTest {
    private static EmbeddedDatabase database;

    @BeforeAll
    static void start() {
        database = EmbeddedDatabase.builder()
                .maxConnections(30)
                .setting("log_min_messages", "panic")
                .create();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private static RockpoolDataSource open(String url) {
        return RockpoolDataSource.builder()
                .url(url)
                .username(database.user())
                .password(database.password())
                .maxSize(2)
                .trustWindow(Duration.ZERO)
                .build();
    }

    @Test
    void theServerIsStoppedFrozenAndRestarted() throws SQLException {
        try (var dataSource = open(database.url())) {
            dataSource.useConnection(connection -> assertTrue(database.sessions() > 0));
            assertTrue(database.killSessions() > 0);
            dataSource.useConnection(connection -> {});
            database.restart(EmbeddedDatabase.Shutdown.FAST);
            dataSource.useConnection(connection -> {});
            database.stop(EmbeddedDatabase.Shutdown.IMMEDIATE);
            assertThrows(SQLException.class, () -> useWithin(dataSource, Duration.ofMillis(200)));
            database.start();
            dataSource.useConnection(connection -> {});
            database.freeze();
            database.thaw();
            dataSource.useConnection(connection -> {});
            database.changePassword("other");
            dataSource.changeCredentials(database.user(), "other");
            dataSource.useConnection(connection -> {});
        }
        try (Connection superuser = database.connect()) {
            assertTrue(superuser.isValid(1));
        }
        assertTrue(database.toString().contains(String.valueOf(database.port())), database::toString);
    }

    @Test
    void theNetworkIsSlowSilentOrGone() throws SQLException {
        try (var proxy = FaultProxy.to("localhost", database.port());
                var dataSource = open(database.url(proxy))) {
            dataSource.useConnection(connection -> assertTrue(proxy.connections() > 0));
            assertEquals(proxy.port(), proxy.address().getPort());
            proxy.latency(Duration.ofMillis(1), FaultProxy.Links.ALL);
            proxy.bandwidth(1_000_000, FaultProxy.Links.NEW);
            proxy.blackHole(FaultProxy.Links.NEW);
            proxy.blackHole(FaultProxy.Links.NEW, FaultProxy.Direction.TO_CLIENT);
            proxy.silence();
            proxy.heal();
            proxy.halfOpen(FaultProxy.Side.SERVER);
            proxy.drop(FaultProxy.Links.EXISTING);
            // First no new link, because the pool opens a connection as soon as it has lost one.
            proxy.refuse();
            proxy.reset(FaultProxy.Links.EXISTING);
            assertThrows(SQLException.class, () -> useWithin(dataSource, Duration.ofMillis(200)));
            proxy.heal();
            dataSource.useConnection(connection -> {});
            assertTrue(proxy.toString().contains(String.valueOf(proxy.port())), proxy::toString);
        }
    }

    /** Asks the server, because a connection may be lent for a moment after its server has gone. */
    private static void useWithin(RockpoolDataSource pool, Duration timeout) throws SQLException {
        try (var connection = pool.getConnection(timeout);
                var statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }

    /** A pool that must survive chaos. */
    private record Subject(RockpoolDataSource pool) implements ChaosSubject {
        static Subject of(DataSource database, int size) {
            return new Subject(RockpoolDataSource.builder()
                    .dataSource(database)
                    .maxSize(size)
                    .build());
        }

        @Override
        public Connection connection() {
            try {
                return pool.getConnection();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public PoolStats snapshot() {
            return pool.snapshot();
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    @Test
    void chaosIsJudged() {
        var settings = new ChaosSettings(3, 2, 2, 1, Duration.ofMillis(100), 42);
        assertEquals(
                List.of(3, 2, 2, 1),
                List.of(settings.getPoolSize(), settings.getThreads(), settings.getCoroutines(), settings.getRounds()));
        assertEquals(Duration.ofMillis(100), settings.getFaultTime());
        assertEquals(42, settings.getSeed());
        assertEquals(12, Chaos.PLACES);
        try (var own = EmbeddedDatabase.create()) {
            var chaos = new Chaos(own, settings, source -> Subject.of(source, settings.getPoolSize()));
            var rounds = new AtomicInteger();
            ChaosResult result = chaos.run(Scenario.SESSIONS_KILLED, rounds::set);
            assertEquals(List.of(), result.getBroken());
            assertTrue(result.getPassed());
            assertEquals(1, rounds.get());
            assertEquals(1, result.getRounds());
            assertEquals(Scenario.SESSIONS_KILLED, result.getScenario());
            assertEquals(Scenario.SESSIONS_KILLED.getTitle(), result.getTitle());
            assertEquals(42, result.getSeed());
            assertTrue(result.getSeconds() > 0);
            assertTrue(result.getTransfers() > 0);
            assertTrue(result.getFailures() >= 0);
            assertEquals(1, result.getRecoveries().size());
            assertTrue(result.getMedian() >= 0);
            assertTrue(result.getPeakSessions() <= result.getLimit());
            assertTrue(result.getMomentarySessions() > 0);
            assertTrue(result.getOpened() > 0);
            assertTrue(result.getOpenFailed() >= 0);
            ChaosCheck check = result.getChecks().get(0);
            assertTrue(check.getPassed(), () -> check.getName() + ": " + check.getDetail());
            assertEquals("why", new ChaosCheck("law", false, "why").getDetail());
            assertTrue(chaos.run(Scenario.SESSIONS_KILLED).getPassed());
        }
    }

    @Test
    void aScenarioSaysWhatItDoes() {
        assertTrue(Scenario.USUAL.contains(Scenario.FROZEN));
        assertTrue(Scenario.NEEDING_WATCHED_LEASES.contains(Scenario.SILENCE));
        assertTrue(Scenario.SILENCE.getLingers());
        assertTrue(Scenario.SILENCE.getSessionsDie());
        assertEquals(Duration.ofSeconds(15), Scenario.SILENCE.getRecovery());
    }

    /** A result of an earlier run, as a report reads it. */
    @Test
    void aResultIsAValue() {
        var check = new ChaosCheck("money adds up", true, "100 of 100");
        var result = new ChaosResult(
                Scenario.FROZEN, "frozen", 1, 2.5, 1, 10, 0, List.of(3.0), 3.0, 250, 3, 3, 3, 0, List.of(check));
        assertTrue(result.getPassed());
    }
}
