package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.PoolControl;
import dev.rockpool.Priority;
import dev.rockpool.jdbc.BatchOptions;
import dev.rockpool.jdbc.ClusterBuilder;
import dev.rockpool.jdbc.ClusterDataSource;
import dev.rockpool.jdbc.ClusterEvent;
import dev.rockpool.jdbc.ClusterMember;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.jdbc.Mark;
import dev.rockpool.jdbc.PooledDataSource;
import dev.rockpool.jdbc.SqlFunctions;
import dev.rockpool.jdbc.Target;
import dev.rockpool.jdbc.TransactionOptions;
import dev.rockpool.testing.EmbeddedCluster;
import dev.rockpool.testing.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A primary and a standby, through a data source that chooses. */
class ClusterTest {
    private static JdbcCluster open(String user, String password, String firstUrl, String secondUrl) {
        // region cluster java
        JdbcCluster cluster = JdbcCluster.builder()
                .name("orders")
                .pools(pool -> pool.username(user).password(password).maxSize(4))
                .member(member -> member.url(firstUrl))
                .member(member -> member.url(secondUrl))
                .maxLag(Duration.ofSeconds(1))
                .build();
        DataSource dataSource = cluster.getDataSource(); // a ClusterDataSource
        // endregion
        assertNotNull(dataSource);
        return cluster;
    }

    private static boolean isStandby(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select pg_is_in_recovery()")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    @Test
    void writesFollowThePrimary() throws Exception {
        try (var servers = EmbeddedCluster.create()) {
            assertEquals(2, servers.size());
            assertEquals(0, servers.primary());
            assertTrue(servers.toString().contains(servers.url(0)), servers::toString);
            JdbcCluster cluster = open(servers.user(), servers.password(), servers.url(0), servers.url(1));
            var events = new CopyOnWriteArrayList<ClusterEvent>();
            try (var source = cluster.getDataSource();
                    var registration = cluster.addListener(events::add)) {
                awaitPair(cluster);
                look(servers, cluster, source);
                batch(source);
                assertEquals(Boolean.FALSE, source.<Boolean, SQLException>withConnection(ClusterTest::isStandby));
                servers.pauseReplay(1);
                servers.resumeReplay(1);
                servers.catchUp();
                servers.freeze(1);
                servers.thaw(1);
                servers.kill(0);
                servers.promote(1);
                servers.startAsStandby(0);
                assertTrue(servers.isRunning(0) && servers.isStandby(0));
                assertEquals(
                        Boolean.FALSE,
                        source.<Boolean, SQLException>transaction((tx, connection) -> isStandby(connection)));
                awaitPair(cluster);
                ClusterEvent event = events.get(0);
                assertNotNull(event.getKind());
                assertNotNull(event.toString());
                assertTrue(events.stream().anyMatch(it -> it.getKind() == ClusterEvent.Kind.PRIMARY_CHANGED
                        && ("localhost:" + servers.port(1)).equals(it.getMember())));
                assertNotNull(registration);
            }
            servers.stop(0);
            servers.start(0);
            PooledDataSource closed = source(cluster);
            source(cluster).close(Duration.ZERO);
            closed.close(Duration.ZERO);
            closed.close();
        }
    }

    private static void batch(ClusterDataSource source) throws SQLException {
        SqlFunctions.Bind<Integer> bind = (statement, id) -> statement.setInt(1, id);
        SqlFunctions.Read<Integer> read = rows -> rows.next() ? rows.getInt(1) : 0;
        BatchOptions options = BatchOptions.defaults().maxBatch(8);
        assertEquals(4, source.batchedQuery("select ? + 1", bind, read).call(3));
        assertEquals(4, source.batchedQuery("select ? + 1", bind, read, options).call(3));
        source.useConnection(connection -> connection.createStatement().execute("create table batch (id int)"));
        assertEquals(1, source.batchedUpdate("insert into batch values (?)", bind).call(1));
        assertEquals(
                1, source.batchedUpdate("insert into batch values (?)", bind, options).call(2));
    }

    private static ClusterDataSource source(JdbcCluster cluster) {
        return cluster.getDataSource();
    }

    private static void awaitPair(JdbcCluster cluster) throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            ClusterMember primary = cluster.getPrimary();
            if (primary != null
                    && primary.getStatus() == ClusterMember.Status.PRIMARY
                    && cluster.getMembers().stream()
                            .anyMatch(member -> member.getStatus() == ClusterMember.Status.STANDBY)) return;
            Thread.sleep(10);
        }
        throw new AssertionError(cluster.toString());
    }

    private static void look(EmbeddedCluster servers, JdbcCluster cluster, ClusterDataSource source) throws Exception {
        assertEquals("orders", cluster.getName());
        assertNotNull(cluster.getEvents());
        assertEquals(2, cluster.snapshot().size());
        PoolControl primary = cluster.controls().get(JdbcCluster.PRIMARY);
        var told = new CopyOnWriteArrayList<PoolControl>();
        try (var pools = cluster.addPoolListener(told::add)) {
            assertNotNull(pools);
            assertEquals(List.copyOf(cluster.controls().values()), told);
            assertEquals(primary, told.get(0));
        }
        for (ClusterMember member : cluster.getMembers()) {
            assertTrue(member.getName().startsWith("localhost:"), member::toString);
            assertTrue(member.getTimeline() >= 0 && member.getPosition() > 0, member::toString);
            assertNull(member.getProblem());
            assertEquals(member.getStatus() == ClusterMember.Status.STANDBY, member.getLag() != null);
        }
        try (var proxy = FaultProxy.to("localhost", servers.port(0))) {
            assertTrue(servers.url(proxy).contains(String.valueOf(proxy.port())));
        }
        try (var connection = servers.connect(0)) {
            assertFalse(isStandby(connection));
        }
        assertEquals(cluster, source.asJdbcCluster());
        assertTrue(source.isWrapperFor(JdbcCluster.class));
        assertEquals(cluster, source.unwrap(JdbcCluster.class));
        assertNull(source.getLogWriter());
        source.setLogWriter(null);
        source.setLoginTimeout(1);
        assertEquals(0, source.getLoginTimeout());
        assertThrows(SQLFeatureNotSupportedException.class, source::getParentLogger);
        assertThrows(SQLFeatureNotSupportedException.class, () -> source.getConnection("a", "b"));
        assertTrue(source.toString().contains("orders"), source::toString);
        try (var connection = source.getConnection()) {
            connection.setReadOnly(true);
            assertTrue(isStandby(connection));
        }
        try (var connection = source.getConnection(Duration.ofSeconds(10), Priority.NORMAL)) {
            assertFalse(isStandby(connection));
        }
        assertEquals(
                Boolean.FALSE,
                source.<Boolean, SQLException>withConnection(null, Priority.NORMAL, ClusterTest::isStandby));
        try (var connection = source.getConnection(Target.STANDBY)) {
            assertTrue(isStandby(connection));
        }
        try (var connection = cluster.dataSource(Target.valueOf("PRIMARY")).getConnection()) {
            assertFalse(isStandby(connection));
        }
        try (var connection = source.dataSource(Target.PREFER_STANDBY).getConnection()) {
            assertTrue(connection.isReadOnly() || isStandby(connection));
        }
        useAsAnyPool(source);
        Mark mark = source.mark();
        assertEquals(mark, Mark.parse(mark.toString()));
        assertEquals(mark.hashCode(), Mark.of(mark.getPosition()).hashCode());
        assertEquals(0, mark.compareTo(Mark.of(mark.getPosition())));
        try (var connection =
                source.getConnection(Target.PREFER_STANDBY, mark, Duration.ofSeconds(10), Priority.NORMAL)) {
            assertNotNull(connection);
        }
        assertNotNull(source.withConnection(Target.STANDBY, null, ClusterTest::isStandby));
        var readOnly = TransactionOptions.defaults().readOnly(true);
        assertEquals(
                Boolean.TRUE,
                source.<Boolean, SQLException>transaction(readOnly, (tx, connection) -> isStandby(connection)));
        assertNotNull(source.transaction(readOnly, mark, (transaction, connection) -> isStandby(connection)));
    }

    /** Code that does not care how many pools are behind a data source. */
    private static void useAsAnyPool(PooledDataSource source) throws SQLException {
        source.useConnection(ClusterTest::isStandby);
        source.useConnection(Duration.ofSeconds(10), Priority.HIGH, ClusterTest::isStandby);
        assertNotNull(source.<Boolean, SQLException>withConnection(ClusterTest::isStandby));
        assertNotNull(source.<Boolean, SQLException>withConnection(null, Priority.LOW, ClusterTest::isStandby));
        source.useTransaction((transaction, connection) -> isStandby(connection));
        source.useTransaction(TransactionOptions.defaults(), (transaction, connection) -> isStandby(connection));
        assertNotNull(source.<Boolean, SQLException>transaction((transaction, connection) -> isStandby(connection)));
        assertNotNull(source.<Boolean, SQLException>transaction(
                TransactionOptions.defaults(), (transaction, connection) -> isStandby(connection)));
        try (var one = source.getConnection();
                var another = source.getConnection(Duration.ofSeconds(10));
                var third = source.getConnection(Duration.ofSeconds(10), Priority.NORMAL)) {
            assertFalse(isStandby(one) || isStandby(another) || isStandby(third));
        }
        assertThrows(SQLFeatureNotSupportedException.class, source::getParentLogger);
    }

    @Test
    void theSettingsAreChecked() {
        ClusterBuilder builder = JdbcCluster.builder()
                .name(null)
                .maxLag(Duration.ZERO)
                .primary(pool -> pool.maxSize(2))
                .standbys(pool -> pool.maxSize(2));
        List<String> problems = builder.problems();
        assertEquals(3, problems.size(), problems::toString);
        assertThrows(InvalidConfigException.class, builder::build);
    }

    @Test
    void objectsOfItCanBeMadeForTests() {
        var event = new ClusterEvent(ClusterEvent.Kind.valueOf("NO_PRIMARY"), null, "no member accepts writes");
        assertNull(event.getMember());
        var lagging = ClusterMember.Status.valueOf("LAGGING");
        var member = new ClusterMember("db-1:5432", lagging, 1, 2, Duration.ofSeconds(9), "late");
        assertEquals("db-1:5432 LAGGING, 9000 ms behind (late)", member.toString());
        assertThrows(
                IllegalArgumentException.class,
                () -> EmbeddedCluster.builder().setting("fsync", "off").standbys(0).create());
    }
}
