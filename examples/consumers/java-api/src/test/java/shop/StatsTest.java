package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolStats;
import dev.rockpool.PoolTimes;
import dev.rockpool.TimeBucket;
import dev.rockpool.TimeStats;
import dev.rockpool.blocking.BlockingPool;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The numbers of a pool. */
class StatsTest {
    @Test
    void everyNumberIsReadUnderItsName() throws InterruptedException {
        var config = PoolConfig.builder().name("lines").maxSize(3).minIdle(1).build();
        try (var pool = BlockingPool.create(new Lines(), config);
                var lease = pool.acquire()) {
            assertTrue(lease.isActive());
            PoolStats stats = pool.snapshot();
            assertEquals("lines", stats.getName());
            assertEquals(3, stats.getMaxSize());
            assertEquals(1, stats.getLeased());
            assertEquals(
                    stats.getTotal(),
                    stats.getIdle() + stats.getLeased() + stats.getOpening() + stats.getProbing() + stats.getClosing());
            assertEquals(0, stats.getPending());
            assertFalse(stats.getPaused());
            assertTrue(stats.getOpened() >= 1);
            assertEquals(1, stats.getAcquired());
            long never = stats.getClosed()
                    + stats.getOpenFailed()
                    + stats.getTimedOut()
                    + stats.getCancelled()
                    + stats.getRejected()
                    + stats.getShed()
                    + stats.getFailed()
                    + stats.getLeaked()
                    + stats.getReclaimed();
            assertEquals(0, never);
            assertEquals(1, stats.getMinIdle());
            assertEquals(Duration.ZERO, stats.getOldestWait());
            assertEquals(0, stats.oldestWaitNanos());
            assertEquals(Duration.ZERO, stats.getExhaustedFor());
            assertEquals(0, stats.exhaustedForNanos());
            assertEquals(Map.of(), stats.getClosedBy());
            assertTrue(stats.toJson().contains("\"name\":\"lines\""), stats::toJson);
            assertTrue(stats.toString().contains("lines"), stats::toString);
        }
    }

    @Test
    void timesAreDurationsAndNanoseconds() throws InterruptedException {
        try (var pool =
                BlockingPool.create(new Lines(), PoolConfig.builder().build())) {
            pool.acquire().close();
            pool.control().clear();
            ControlTest.await(() -> pool.snapshot().getClosed() > 0);
            pool.acquire().close();
            PoolTimes times = pool.snapshot().getTimes();
            assertTrue(times.getRecordedFor().compareTo(Duration.ZERO) > 0);
            assertNotNull(times.getLastOpenedAgo());
            assertNotNull(times.getLastClosedAgo());
            assertNotNull(times.getLastAcquiredAgo());
            assertNotNull(times.getLastReleasedAgo());
            assertTrue(times.getWait().getCount() >= 0);
            assertTrue(times.getUse().getCount() >= 0);
            assertTrue(times.getIdle().getCount() >= 0);
            assertTrue(times.getLifetime().getCount() >= 1);
            TimeStats open = times.getOpen();
            assertTrue(open.getCount() >= 1);
            assertEquals(open.getMean(), Duration.ofNanos(open.meanNanos()));
            assertEquals(open.getP50(), Duration.ofNanos(open.p50Nanos()));
            assertEquals(open.getP90(), Duration.ofNanos(open.p90Nanos()));
            assertEquals(open.getP99(), Duration.ofNanos(open.p99Nanos()));
            assertEquals(open.getP999(), Duration.ofNanos(open.p999Nanos()));
            assertEquals(open.getMax(), Duration.ofNanos(open.maxNanos()));
            assertEquals(open.getTotal(), Duration.ofNanos(open.totalNanos()));
            TimeBucket last = open.getBuckets().get(open.getBuckets().size() - 1);
            assertEquals(open.getTotalCount(), last.getCount());
            assertEquals(last.getUpTo(), Duration.ofNanos(last.upToNanos()));
            assertEquals(CloseReason.CLEARED, pool.control().recentlyClosed().get(0).getKind());
            assertTrue(open.getP50().compareTo(open.getMax()) <= 0);
        }
    }
}
