package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.Lease;
import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import dev.rockpool.testing.ScriptedHooks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A pool of any kind of expensive connection. */
class GenericPoolTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final PoolConfig CONFIG =
            PoolConfig.builder().name("lines").maxSize(2).build();

    @Test
    void aLeaseIsAcquiredAndEnded() throws InterruptedException {
        try (var pool = BlockingPool.create(new Lines(), CONFIG)) {
            try (Lease<Line> lease = pool.acquire()) {
                assertTrue(lease.isActive());
                assertEquals("PING", lease.getConnection().ask("ping"));
            }
            try (Lease<Line> lease = pool.acquire(SECOND)) {
                lease.getConnection().dirty = true;
            }
            Lease<Line> lease = pool.acquire(SECOND, Priority.HIGH);
            lease.evict("not needed any more");
            assertFalse(lease.isActive());
            pool.acquire().close();
            try (Lease<Line> idle = pool.tryAcquire()) {
                assertNotNull(idle);
            }
        }
    }

    @Test
    void aLeaseCanBeAcquiredAsynchronously() throws Exception {
        try (var pool = BlockingPool.create(new Lines(), CONFIG)) {
            for (var future : List.of(
                    pool.acquireAsync(),
                    pool.acquireAsync(SECOND),
                    pool.acquireAsync(Priority.LOW),
                    pool.acquireAsync(SECOND, Priority.LOW))) {
                future.get(5, TimeUnit.SECONDS).close();
            }
        }
    }

    @Test
    void workIsDoneWithAConnection() throws InterruptedException {
        var answers = new CopyOnWriteArrayList<String>();
        try (var pool = BlockingPool.create(new Lines(), CONFIG)) {
            answers.add(pool.withConnection(line -> line.ask("one")));
            answers.add(pool.withConnection(SECOND, Priority.HIGH, line -> line.ask("two")));
            pool.useConnection(line -> answers.add(line.ask("three")));
            pool.useConnection(SECOND, Priority.HIGH, line -> answers.add(line.ask("four")));
        }
        assertEquals(List.of("ONE", "TWO", "THREE", "FOUR"), answers);
    }

    @Test
    void hooksSeeAConnectionOpenedLentAndReturned() throws InterruptedException {
        var seen = new CopyOnWriteArrayList<String>();
        var hooks = new BlockingConnectionHooks<Line>() {
            @Override
            public void afterOpen(Line line) {
                seen.add("opened");
            }

            @Override
            public void beforeLend(Line line) {
                seen.add("lent");
            }

            @Override
            public void afterReturn(Line line) {
                seen.add("returned");
            }
        };
        var config = CONFIG.toBuilder().minIdle(0).maxSize(1).build();
        try (var pool = BlockingPool.create(new Lines(), config, hooks)) {
            pool.useConnection(line -> seen.add("used"));
        }
        assertEquals(List.of("opened", "lent", "used", "returned"), seen);
    }

    @Test
    void aPoolKnowsItself() {
        var pool = BlockingPool.create(new Lines(), CONFIG);
        assertEquals(CONFIG, pool.config());
        assertEquals(2, pool.snapshot().getMaxSize());
        assertEquals("lines", pool.control().getConfig().getName());
        assertTrue(pool.toString().contains("lines"), pool::toString);
        assertEquals(Duration.ofSeconds(10), BlockingPool.DEFAULT_GRACE);
        pool.close(Duration.ZERO);
    }

    /** One pool for code in Java and in Kotlin. The factory of such a pool suspends, so it is written in Kotlin. */
    @Test
    void theSamePoolIsThereForCoroutines() throws Exception {
        Pool<FakeConnection> shared = Pools.create(new ScriptedFactory(), CONFIG);
        try (BlockingPool<FakeConnection> pool = BlockingPool.of(shared)) {
            assertSame(shared, pool.pool());
            assertEquals(CONFIG, shared.getConfig());
            assertSame(pool.control(), shared.getControl());
            assertEquals("lines", shared.snapshot().getName());
            assertEquals("lines", shared.getStats().getValue().getName());
            pool.acquire().close();
            Lease<FakeConnection> lease = shared.tryAcquire();
            assertNotNull(lease);
            lease.close();
        }
        try (var pool = BlockingPool.of(Pools.create(new ScriptedFactory()))) {
            assertEquals("pool", pool.config().getName());
        }
        var paused = Pools.create(new ScriptedFactory(), CONFIG, new ScriptedHooks());
        try (var pool = BlockingPool.of(paused)) {
            pool.control().pause();
            assertNull(paused.tryAcquire());
        }
    }
}
