package dev.rockpool.dashboard.internal.pools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.Lease;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolStats;
import dev.rockpool.Pools;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.dashboard.internal.web.SpokenFactory;
import dev.rockpool.testing.FakeConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PointTest {
    @Test
    void aPointShowsItsOwnIntervalOnly() throws Exception {
        PoolConfig config = PoolConfig.builder().name("orders").maxSize(1).build();
        try (BlockingPool<FakeConnection> pool = BlockingPool.of(Pools.create(new SpokenFactory(), config))) {
            for (int i = 0; i < 100; i++) pool.useConnection(connection -> {});
            PoolStats before = pool.control().snapshot();
            Lease<FakeConnection> held = pool.acquire();
            for (int i = 0; i < 3; i++)
                assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(20)));
            held.close();
            Point point = Point.of(before, pool.control().snapshot(), 7, 2_000_000_000L);
            assertEquals(1.5, value(point, "timedOut"));
            assertEquals(0.5, value(point, "served"));
            // Three of four callers waited for 20 ms, whatever happened before.
            assertTrue(value(point, "waitP50") > 10, point.toJson().toString());
            assertTrue(
                    value(point, "waitP99") >= value(point, "waitP50"),
                    point.toJson().toString());
        }
    }

    /** The time is the first name, but no value. */
    private static double value(Point point, String name) {
        List<String> names = Point.NAMES;
        return point.values()[names.indexOf(name) - 1];
    }
}
