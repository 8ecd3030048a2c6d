package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolListener;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.monitor.Alert;
import dev.rockpool.monitor.AlertLevel;
import dev.rockpool.monitor.AlertRule;
import dev.rockpool.monitor.AlertState;
import dev.rockpool.monitor.AlertStatus;
import dev.rockpool.monitor.Alerts;
import dev.rockpool.monitor.Figure;
import dev.rockpool.monitor.MonitorListener;
import dev.rockpool.monitor.PoolFigures;
import dev.rockpool.monitor.PoolMonitor;
import dev.rockpool.monitor.TimeFigures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Figures of a range of time, and alerts. */
class MonitorTest {
    private final BlockingPool<Line> pool =
            BlockingPool.create(new Lines(), PoolConfig.builder().name("watched").maxSize(1).build());

    /** Remembers the calls. */
    private static final class Heard implements MonitorListener {
        private final LinkedBlockingQueue<String> all = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Alert> alerts = new LinkedBlockingQueue<>();

        @Override
        public void sampled(PoolFigures figures) {
            MonitorListener.super.sampled(figures);
            all.add("sampled " + figures.getPool());
        }

        @Override
        public void triggered(Alert alert) {
            MonitorListener.super.triggered(alert);
            all.add("triggered " + alert.getRule().getName());
            alerts.add(alert);
        }

        @Override
        public void reminded(Alert alert) {
            MonitorListener.super.reminded(alert);
            all.add("reminded " + alert.getRule().getName());
        }

        @Override
        public void resolved(Alert alert) {
            MonitorListener.super.resolved(alert);
            all.add("resolved " + alert.getRule().getName());
            alerts.add(alert);
        }

        void await(String call) throws InterruptedException {
            while (!call.equals(all.poll(10, TimeUnit.SECONDS)))
                ;
        }
    }

    @Test
    void aMonitorIsStartedInOneLine() throws Exception {
        try (pool) {
            // region monitor java
            PoolMonitor monitor = PoolMonitor.builder(pool.control())
                    .interval(Duration.ofSeconds(10))
                    .retention(Duration.ofHours(1))
                    .alert(new AlertRule("busy", AlertLevel.WARNING, Figure.UTILIZATION, 0.8)
                            .holds(Duration.ofSeconds(30))
                            .clearsBelow(0.7)
                            .clearsAfter(Duration.ofMinutes(1)))
                    .start();
            // endregion
            try (monitor;
                    PoolMonitor plain = PoolMonitor.start(pool.control())) {
                assertFalse(monitor.isClosed());
                assertEquals(
                        AlertRule.builtIn().size(), plain.getAlerts().getRules().size());
            }
            assertTrue(monitor.isClosed());
        }
    }

    @Test
    void figuresAreThoseOfARange() throws Exception {
        try (pool;
                PoolMonitor monitor = PoolMonitor.start(pool.control())) {
            pool.acquire().close();
            PoolFigures now = monitor.now();
            assertEquals("watched", now.getPool());
            assertFalse(now.getCoversFrom().isAfter(now.getCoversTo()));
            assertNotNull(now.getUptime());
            assertEquals(1, now.getMaxSize());
            assertEquals(0, now.getLeased());
            assertEquals(1, now.getIdle());
            assertEquals(0, now.getOpening());
            assertEquals(0, now.getPending());
            assertEquals(Duration.ZERO, now.getOldestWait());
            assertFalse(now.isPaused());
            assertEquals(HealthStatus.HEALTHY, now.getHealth());
            assertEquals(Duration.ofSeconds(30), now.getAcquireTimeout());
            assertTrue(now.getPeakLeased() <= 1);
            assertTrue(now.getPeakPending() <= 1);
            assertEquals(1, now.getServed());
            assertEquals(0, now.getTimedOut());
            assertEquals(0, now.getCancelled());
            assertEquals(0, now.getRejected());
            assertEquals(0, now.getShed());
            assertEquals(0, now.getFailed());
            assertEquals(1, now.getAttempts());
            assertTrue(now.getOpened() <= 1);
            assertEquals(0, now.getOpenFailed());
            assertEquals(Map.of(), now.getClosedBy());
            assertEquals(0, now.getLeaked());
            assertEquals(0, now.getReclaimed());
            assertNotNull(now.getExhaustedFor());
            assertEquals(Duration.ZERO, now.getPausedFor());
            assertEquals(Duration.ZERO, now.getDownFor());
            assertEquals(0.0, now.getUtilization());
            assertEquals(0.0, now.getMeanUtilization());
            assertTrue(now.getRate() > 0);
            assertEquals(0.0, now.getErrorRate());
            assertTrue(now.getExhaustedShare() <= 1);
            TimeFigures wait = now.getWait();
            assertEquals(1, wait.getCount());
            assertEquals(wait.getTotal(), wait.getMean());
            assertTrue(wait.getP50().compareTo(wait.getP90()) <= 0);
            assertTrue(wait.getP90().compareTo(wait.getP99()) <= 0);
            assertEquals(wait.getP50(), wait.percentile(0.5));
            assertTrue(wait.getBuckets().containsKey(Duration.ofSeconds(1)));
            assertTrue(now.getOpen().getCount() <= 1);
            assertEquals(1, now.getUse().getCount());
            assertEquals(0, now.getLifetime().getCount());
            assertTrue(now.toJson().contains("\"served\":1"));
            assertTrue(monitor.toJson().contains("\"rules\""));

            Instant to = now.getCoversTo();
            PoolFigures hour = monitor.history(to.minus(Duration.ofHours(1)), to);
            assertEquals(hour.toJson(), hour.plus(monitor.history(to, to)).toJson());
            assertEquals(List.of(), monitor.series(to.minus(Duration.ofHours(1)), to, Duration.ofMinutes(1)));
        }
    }

    @Test
    void alertsAreHeardAcknowledgedAndCleared() throws Exception {
        var heard = new Heard();
        var executor = Executors.newSingleThreadScheduledExecutor();
        AlertRule rule = new AlertRule("full", AlertLevel.CRITICAL, Figure.UTILIZATION, 0.9)
                .clearsAfter(Duration.ZERO)
                .window(Duration.ofSeconds(10))
                .minAttempts(5);
        assertEquals("full", rule.getName());
        assertEquals(AlertLevel.CRITICAL, rule.getLevel());
        assertEquals(Figure.UTILIZATION, rule.getFigure());
        assertEquals(0.9, rule.getAbove());
        assertEquals(0.9, rule.getClearsBelow());
        assertEquals(Duration.ZERO, rule.getHolds());
        assertEquals(Duration.ZERO, rule.getClearsAfter());
        assertEquals(Duration.ofSeconds(10), rule.getWindow());
        assertEquals(5, rule.getMinAttempts());
        try (pool;
                PoolMonitor monitor = PoolMonitor.builder(pool.control())
                        .interval(Duration.ofMillis(100))
                        .builtInAlerts(false)
                        .remindEvery(Duration.ofMillis(1))
                        .clock(InstantSource.system())
                        .scheduler(executor)
                        .listener(heard)
                        .alert(rule)
                        .start()) {
            PoolListener.Registration second = monitor.addListener(new Heard());
            second.close();
            Alerts alerts = monitor.getAlerts();
            try (var lease = pool.acquire()) {
                heard.await("sampled watched");
                heard.await("triggered full");
                heard.await("reminded full");
                Alert alert = alerts.getActive().get(0);
                assertEquals("watched", alert.getPool());
                assertEquals(rule, alert.getRule());
                assertEquals(AlertState.FIRING, alert.getState());
                assertEquals(1.0, alert.getValue());
                assertEquals(1.0, alert.getHighest());
                assertEquals("leased connections: 100 %, above 90 %", alert.getReason());
                assertNotNull(alert.getFiredAt());
                assertNull(alert.getResolvedAt());
                assertTrue(alert.toJson().contains("\"name\":\"full\""));
                assertTrue(alerts.acknowledge(alert.getId(), "ann"));
                Alert acknowledged = alerts.getActive().get(0);
                assertEquals("ann", acknowledged.getAcknowledgedBy());
                assertNotNull(acknowledged.getAcknowledgedAt());
                AlertStatus status = alerts.getRules().get(0);
                assertEquals(AlertState.FIRING, status.getState());
                assertEquals(1.0, status.getValue());
                assertEquals(rule, status.getRule());
                assertTrue(alerts.clear(alert.getId(), "ben"));
                assertTrue(alerts.getLog().stream().anyMatch(one -> "ben".equals(one.getClearedBy())));
                assertNotNull(lease.getConnection());
            }
            heard.await("resolved full");
        } finally {
            executor.shutdownNow();
        }
    }
}
