package dev.rockpool.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(RockpoolExtension.class)
class RockpoolExtensionTest {
    private BlockingPool<FakeConnection> seenBefore;

    @BeforeEach
    void remember(BlockingPool<FakeConnection> pool) {
        seenBefore = pool;
    }

    @Test
    void aTestHasOnePoolAndTheFactoryBehindIt(
            BlockingPool<FakeConnection> pool, Pool<FakeConnection> same, ScriptedFactory factory) throws Exception {
        assertSame(seenBefore, pool);
        assertSame(same, pool.pool());
        assertEquals(0, pool.snapshot().getTotal());
        int number = pool.withConnection(FakeConnection::getNumber);
        assertEquals(1, number);
        assertEquals(1, factory.getConnections().size());
    }

    @Test
    void theFactoryDoesAsItsScriptSays(BlockingPool<FakeConnection> pool, ScriptedFactory factory) throws Exception {
        factory.getOpens().next(Step.ReturnNull.INSTANCE, new Step.Fail(new NoClassDefFoundError("driver")));
        factory.getOpens().next(Step.After.of(Duration.ofMillis(5)));
        pool.acquire().close();
        assertEquals(2, pool.snapshot().getOpenFailed());
    }

    @Test
    void aConnectThatHangsDoesNotOutliveItsTest(BlockingPool<FakeConnection> pool, ScriptedFactory factory) {
        factory.getOpens().setOtherwise(Step.Hang.INSTANCE);
        assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(20)));
    }

    @Test
    void aTestThatLosesSomethingFails() {
        List<String> outcomes = NestedTests.run(Losing.class, "junit-jupiter");
        assertEquals(4, outcomes.size(), outcomes::toString);
        assertTrue(
                outcomes.get(0).startsWith("aLease(BlockingPool): leases were not returned: pool 'small':"),
                outcomes.get(0));
        assertTrue(
                outcomes.get(1).startsWith("aPoolOfItsOwn(): leases were not returned: pool 'own':"), outcomes.get(1));
        assertTrue(
                outcomes.get(2).startsWith("aWaiter(BlockingPool): leases were not returned: pool 'small':"),
                outcomes.get(2));
        assertEquals("nothing(BlockingPool): passed", outcomes.get(3));
    }

    /** Not found by this build because of its name: each of these tests is meant to fail, except the last. */
    static class Losing {
        private final BlockingPool<FakeConnection> own = BlockingPool.create(
                new ScriptedFactory().blocking(),
                PoolConfig.builder().name("own").build());

        @RegisterExtension
        final RockpoolExtension rockpool = RockpoolExtension.with(
                        PoolConfig.builder().name("small").maxSize(1).build())
                .patience(Duration.ofMillis(50))
                .watching(own::snapshot);

        @Test
        void aLease(BlockingPool<FakeConnection> pool) throws InterruptedException {
            pool.acquire();
        }

        @Test
        void aWaiter(BlockingPool<FakeConnection> pool) throws InterruptedException {
            pool.acquire();
            pool.acquireAsync();
        }

        @Test
        void aPoolOfItsOwn() throws InterruptedException {
            own.acquire();
        }

        @Test
        void nothing(BlockingPool<FakeConnection> pool) throws InterruptedException {
            pool.acquire().close();
        }
    }
}
