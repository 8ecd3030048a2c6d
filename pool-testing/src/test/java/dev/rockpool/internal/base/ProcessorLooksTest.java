package dev.rockpool.internal.base;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.Lease;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessorLooksTest {
    @Test
    void aThreadThatWaitsBehindAnotherCallerLooksAtTheProcessors() throws Exception {
        PoolConfig config = PoolConfig.builder().maxSize(1).build();
        try (BlockingPool<FakeConnection> pool = BlockingPool.create(new ScriptedFactory().blocking(), config);
                Lease<FakeConnection> held = pool.acquire()) {
            CompletableFuture<Lease<FakeConnection>> first = pool.acquireAsync();
            long before = ProcessorLoad.OF_PROCESS.lookedAt();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (ProcessorLoad.OF_PROCESS.lookedAt() == before && System.nanoTime() < end) {
                assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(5)));
            }
            assertNotEquals(before, ProcessorLoad.OF_PROCESS.lookedAt(), held::toString);
            first.cancel(true);
        }
    }
}
