package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import dev.rockpool.jdbc.ClusterMember.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user sees of a cluster whose members refuse, or that is closed meanwhile. */
@Timeout(60)
class ClusterFailureTest {
    private static final String WRONG_PASSWORD = "FATAL: password authentication failed for user \"app\"";

    @Test
    void aLoginThatEveryMemberRejectsFailsAtOnceWithTheReason() throws Exception {
        FakeMember one = new FakeMember("rejects-1").refusing(WRONG_PASSWORD, "28P01");
        FakeMember two = new FakeMember("rejects-2").refusing(WRONG_PASSWORD, "28P01");
        try (ClusterDataSource cluster = FakeMember.cluster(one, two)
                .pools(pool -> pool.acquireTimeout(Duration.ofHours(1)))
                .build()
                .getDataSource()) {
            SQLException told = assertThrows(SQLException.class, () -> statement(cluster));
            assertTrue(
                    told.getMessage()
                            .contains("cluster 'cluster' cannot log in to any member: FATAL: password authentication"),
                    told::getMessage);
            assertFalse(told.toString().contains("s3cr3t"));
        }
    }

    /** Many servers lock an account after a few wrong passwords. */
    @Test
    void aRejectedLoginIsRepeatedLessAndLessOften() throws Exception {
        assertRepeatedSeldom("login", WRONG_PASSWORD, "28P01");
    }

    @Test
    void aMissingDatabaseIsAskedForLessAndLessOften() throws Exception {
        assertRepeatedSeldom("database", "FATAL: database \"app\" does not exist", "3D000");
    }

    private static void assertRepeatedSeldom(String name, String refusal, String state) throws Exception {
        FakeMember one = new FakeMember(name + "-1").refusing(refusal, state);
        FakeMember two = new FakeMember(name + "-2").standby();
        try (ClusterDataSource cluster = FakeMember.cluster(one, two).build().getDataSource()) {
            await(() -> one.asked.size() >= 3);
            for (int i = 0; i < 2; i++) {
                long millis = TimeUnit.NANOSECONDS.toMillis(one.asked.get(i + 1) - one.asked.get(i));
                assertTrue(millis >= 250L << i, () -> "repeated after " + millis + " ms");
            }
            one.primary(1);
            await(() -> cluster.asJdbcCluster().getPrimary() != null);
            statement(cluster);
        }
    }

    /** A lease of another caller may last as long as the grace. */
    @Test
    void closingEndsAtOnceWhatWaitsForAStandby() throws Exception {
        FakeMember one = new FakeMember("closed-1").primary(1);
        ClusterDataSource cluster = FakeMember.cluster(one).build().getDataSource();
        Connection lease = cluster.getConnection(Target.PRIMARY);
        CompletableFuture<Connection> waiting = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                waiting.complete(cluster.getConnection(Target.STANDBY, null, null, Priority.NORMAL));
            } catch (SQLException | RuntimeException e) {
                waiting.completeExceptionally(e);
            }
        });
        reader.start();
        await(() -> reader.getState() == Thread.State.WAITING || reader.getState() == Thread.State.TIMED_WAITING);
        Thread closer = new Thread(() -> cluster.close(Duration.ofHours(1)));
        closer.start();
        Throwable told = assertThrows(ExecutionException.class, waiting::get).getCause();
        assertEquals("cluster 'cluster' has been closed", told.getMessage());
        assertTrue(closer.isAlive(), "the lease still lasts");
        lease.close();
        closer.join();
    }

    @Test
    void aClusterThatFailsToStartLeavesNothingOpen() {
        FakeMember one = new FakeMember("fails-1").refusing("no route", "08001");
        FakeMember two = new FakeMember("fails-2").standby();
        ClusterBuilder builder = FakeMember.cluster(one, two)
                .pools(pool -> pool.minIdle(2))
                .primary(pool -> pool.startup(Startup.failFast()));
        assertThrows(RuntimeException.class, builder::build);
        await(two.open::isEmpty);
    }

    /** A login takes longer than everything else at a failover. Tried again if the promotion came before that login ended. */
    @Test
    void theFirstWriterAfterAPromotionGetsTheSessionThatWasHeldReady() throws Exception {
        int tries = 0;
        while (!isFirstWriterServedAtOnce(++tries)) assertTrue(tries < 50, "each writer logged in after the promotion");
    }

    private static boolean isFirstWriterServedAtOnce(int number) throws Exception {
        FakeMember one = new FakeMember("former-" + number).primary(1);
        FakeMember two = new FakeMember("next-" + number).standby();
        try (ClusterDataSource cluster = FakeMember.cluster(one, two)
                .pools(pool -> pool.maxSize(1).minIdle(0))
                .build()
                .getDataSource()) {
            await(() -> cluster.asJdbcCluster().getPrimary() != null);
            one.refusing("no route", "08001");
            await(() -> cluster.asJdbcCluster().getPrimary().getStatus() == Status.UNREACHABLE);
            await(() -> two.sessions.stream().anyMatch(two.open::contains));
            List<Connection> ready = List.copyOf(two.sessions); // more than one if the primary was late before
            two.primary(2);
            try (Connection connection = cluster.getConnection(Target.PRIMARY)) {
                return ready.contains(connection.unwrap(JdbcConnection.class));
            }
        } finally {
            await(two.open::isEmpty);
        }
    }

    @Test
    void aSessionThatWasHeldReadyEndsWithTheCluster() {
        FakeMember one = new FakeMember("unused-1").refusing("no route", "08001");
        FakeMember two = new FakeMember("unused-2").standby();
        try (ClusterDataSource cluster = FakeMember.cluster(one, two)
                .pools(pool -> pool.startup(Startup.lazily()))
                .build()
                .getDataSource()) {
            await(() -> two.sessions.size() == 1);
            assertNull(cluster.asJdbcCluster().getPrimary());
        }
        await(two.open::isEmpty);
    }

    /** So a promotion that nothing has announced is noticed soon, and at little cost. */
    @Test
    void aMemberIsAskedForItsRoleMoreOftenThanForEverything() throws Exception {
        FakeMember one = new FakeMember("role-1").primary(1);
        FakeMember two = new FakeMember("role-2").standby();
        try (ClusterDataSource cluster = FakeMember.cluster(one, two).build().getDataSource()) {
            await(() -> two.asksForAll.get() >= 2 && two.asksForRole.get() >= 2);
            two.primary(2);
            await(() -> cluster.asJdbcCluster().getPrimary() != null
                    && cluster.asJdbcCluster().getPrimary().getName().equals("role-2"));
        }
    }

    private static void statement(ClusterDataSource cluster) throws SQLException {
        try (Connection connection = cluster.getConnection()) {
            connection.createStatement().close();
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) LockSupport.parkNanos(1_000_000);
    }
}
