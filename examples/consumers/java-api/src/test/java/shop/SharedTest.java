package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Lease;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.SharedPool;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.blocking.BlockingSharedPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Leases that share connections. */
class SharedTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static BlockingPool<Line> lines() {
        return BlockingPool.create(
                new Lines(), PoolConfig.builder().name("lines").maxSize(2).build());
    }

    @Test
    void callersShareConnections() throws Exception {
        BlockingPool<Line> lines = lines();
        // region shared java
        try (var shared = BlockingSharedPool.create(lines, 32)) {
            String answer = shared.withConnection(line -> line.ask("what")); // with up to 31 others
            String alone = shared.withExclusive(line -> line.ask("alone"));
            // endregion
            assertEquals("WHAT ALONE", answer + " " + alone);
            shared.useConnection(line -> line.ask("what"));
            shared.useExclusive(line -> line.ask("what"));
            Lease<Line> first = shared.acquire();
            assertSame(first.getConnection(), shared.leases().acquire(SECOND).getConnection());
            assertEquals(2, shared.snapshot().getLeased());
            assertEquals(1, shared.carriersInUse());
            shared.connectionLost(first.getConnection(), "its client saw it close");
            assertFalse(first.isActive());
            assertEquals(2, shared.base().config().getMaxSize());
            assertTrue(shared.toString().contains("lines-shared"));
            shared.close(SECOND);
        }
    }

    @Test
    void aConnectionSaysHowManyItCarries() throws Exception {
        try (var shared = BlockingSharedPool.create(lines(), 32, line -> 1, settings -> settings.name("calls"))) {
            assertEquals("calls", shared.snapshot().getName());
            try (Lease<Line> one = shared.acquireExclusive();
                    Lease<Line> other = shared.acquireExclusive(SECOND, Priority.HIGH)) {
                assertEquals(2, shared.carriersInUse());
                shared.streamsChanged(one.getConnection());
                assertTrue(other.isActive());
            }
        }
    }

    @Test
    void aSharedPoolCanBeUsedFromBothLanguages() throws InterruptedException {
        SharedPool<Line> pool = Pools.shared(lines().pool(), 4);
        BlockingSharedPool<Line> shared = BlockingSharedPool.of(pool);
        try (Lease<Line> lease = shared.acquire()) {
            Line line = lease.getConnection();
            pool.streamsChanged(line);
            pool.connectionLost(line, "its client saw it close");
            assertFalse(lease.isActive());
        }
        assertSame(pool, shared.pool());
        assertEquals(4, pool.getStreams());
        assertEquals(0, pool.getCarriersInUse());
        assertEquals("lines", pool.getBase().getConfig().getName());
        shared.close();
        SharedPool<Line> other = Pools.shared(lines().pool(), 4, null, settings -> settings.maxPending(1));
        assertEquals(1, other.getConfig().getMaxPending());
        BlockingSharedPool.of(other).close();
    }
}
