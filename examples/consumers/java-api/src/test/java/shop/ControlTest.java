package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.ClosedConnection;
import dev.rockpool.ConnectionInfo;
import dev.rockpool.ConnectionState;
import dev.rockpool.ConnectionStatus;
import dev.rockpool.HealthStatus;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolHealth;
import dev.rockpool.ProbeResult;
import dev.rockpool.blocking.BlockingPool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operates a running pool: inspects it and changes settings. */
class ControlTest {
    private final Lines lines = new Lines();
    private final BlockingPool<Line> pool =
            BlockingPool.create(lines, PoolConfig.builder().maxSize(2).minIdle(0).build());
    private final PoolControl control = pool.control();

    @AfterEach
    void close() {
        pool.close(Duration.ZERO);
    }

    @Test
    void everyConnectionIsDescribed() throws InterruptedException {
        try (var lease = pool.acquire()) {
            assertTrue(lease.isActive());
            ConnectionInfo connection = control.connections().get(0);
            assertEquals(ConnectionState.LEASED, connection.getState());
            assertEquals(ConnectionStatus.TRUSTED, connection.getStatus());
            assertTrue(connection.getNumber() > 0);
            assertEquals(1, connection.getLeases());
            assertTrue(connection.getHolder().contains(Thread.currentThread().getName()), connection::toString);
            assertTrue(connection.getAge().compareTo(Duration.ZERO) >= 0);
            assertTrue(connection.getInState().compareTo(Duration.ofNanos(connection.getInStateNanos())) >= 0);
            assertFalse(connection.isRetired());
            assertNull(connection.getReason());
            assertNull(connection.getLastProbe());
            assertEquals(List.of(), control.unhealthy());
        }
    }

    @Test
    void closedConnectionsAreRemembered() throws InterruptedException {
        pool.acquire().evict("worn out");
        await(() -> !control.recentlyClosed().isEmpty());
        ClosedConnection closed = control.recentlyClosed().get(0);
        assertEquals("worn out", closed.getReason());
        assertTrue(closed.getNumber() > 0);
        assertTrue(closed.getAge().compareTo(Duration.ZERO) >= 0);
        assertTrue(closed.getAgo().compareTo(Duration.ZERO) >= 0);
    }

    @Test
    void aCheckProbesNow() throws Exception {
        pool.acquire().close();
        long number = control.connections().get(0).getNumber();
        assertEquals(HealthStatus.HEALTHY, control.check().getStatus());
        assertTrue(control.checkAsync().get(5, TimeUnit.SECONDS).isHealthy());
        ProbeResult probe = control.check(number);
        assertTrue(probe.isAlive());
        assertTrue(probe.getTook().compareTo(Duration.ZERO) >= 0);
        assertTrue(probe.getAgo().compareTo(Duration.ZERO) >= 0);
        assertNull(probe.getError());
        assertNotNull(control.checkAsync(number).get(5, TimeUnit.SECONDS));
        assertNotNull(control.connections().get(0).getLastProbe());
        assertNull(control.check(4711), "there is no such connection");
    }

    @Test
    void healthNamesTheProblems() throws InterruptedException {
        lines.failure = new IOException("connection refused");
        pool.acquireAsync(Duration.ofSeconds(5));
        await(() -> control.health().getLastFailure() != null);
        PoolHealth health = control.health();
        assertEquals(HealthStatus.UNHEALTHY, health.getStatus());
        assertFalse(health.isHealthy());
        assertFalse(health.getIssues().isEmpty());
        assertTrue(health.getConsecutiveFailures() >= 1);
        assertEquals("connection refused", health.getLastFailure().getMessage());
        assertNotNull(health.getLastFailureAgo());
        assertNotNull(health.getLastCheckAgo());
        assertNotNull(health.getLastCheckTook());
    }

    @Test
    void connectionsAreEvicted() throws InterruptedException {
        pool.acquire().close();
        assertTrue(control.evict(control.connections().get(0).getNumber()));
        pool.acquire().close();
        assertFalse(control.evict(4711, "no such connection"));
        control.evictAll();
        control.evictAll("after a failover");
        control.clear();
        control.removeExpired();
    }

    @Test
    void aPoolIsPausedAndResumed() throws InterruptedException {
        control.pause();
        assertTrue(control.isPaused());
        control.resume();
        assertFalse(control.isPaused());
        pool.acquire().close();
    }

    @Test
    void settingsChangeWhileThePoolRuns() {
        control.reconfigure(settings -> settings.maxSize(20).acquireTimeout(Duration.ofSeconds(1)));
        assertEquals(20, control.getConfig().getMaxSize());
        control.reconfigure(control.getConfig().toBuilder().maxSize(2).build());
        assertEquals(2, control.getConfig().getMaxSize());
        control.setLeaseEvents(true);
        assertTrue(control.getLeaseEvents());
        control.resetTimes();
    }

    static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "the condition did not come true");
            Thread.sleep(5);
        }
    }
}
