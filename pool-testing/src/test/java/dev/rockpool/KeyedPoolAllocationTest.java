package dev.rockpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.rockpool.blocking.BlockingKeyedPool;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A hit of a keyed pool allocates what a hit of a single pool does: the lease. */
class KeyedPoolAllocationTest {
    private static final int CYCLES = 20_000;

    private interface Cycle {
        void run() throws InterruptedException;
    }

    @Test
    void aHitAllocatesNothingButItsLease() throws InterruptedException {
        PoolConfig config = PoolConfig.builder().name("counted").build();
        try (BlockingPool<FakeConnection> pool = BlockingPool.create(new ScriptedFactory().blocking(), config);
                BlockingKeyedPool<String, FakeConnection> keyed = BlockingKeyedPool.<String, FakeConnection>builder(
                                key -> new ScriptedFactory().blocking(), config)
                        .build()) {
            long single = bytes(() -> pool.acquire().close());
            assertEquals(single, bytes(() -> keyed.acquire("a").close()));
            assertTrue(single <= 32, () -> single + " bytes");
        }
    }

    private static long bytes(Cycle cycle) throws InterruptedException {
        measured(cycle);
        return measured(cycle);
    }

    private static long measured(Cycle cycle) throws InterruptedException {
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CYCLES; i++) cycle.run();
        return (bean.getCurrentThreadAllocatedBytes() - before) / CYCLES;
    }
}
