package dev.rockpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.blocking.BlockingKeyedPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Callers of all kinds race with pools that close themselves after a millisecond. */
class KeyedPoolRaceTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int THREADS = 8;
    private static final int KEYS = 24;

    /** The race ends when this many pools were created, nearly all of them after one of their key closed itself. */
    private static final int POOLS = 100;

    /** A key that is only asked for idle connections. */
    private static final int EMPTY = -1;

    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final Map<Integer, ScriptedFactory> factories = new ConcurrentHashMap<>();
    private final AtomicInteger pools = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final PoolConfig config = PoolConfig.builder()
            .name("raced")
            .maxSize(2)
            .idleTimeout(MILLISECOND)
            .statsInterval(MILLISECOND)
            .build();

    @Test
    @DisplayName("71 no caller finds the pool of its key closed, however it races with the pool's own close")
    void noCallerFindsItsPoolClosed() throws Exception {
        try (BlockingKeyedPool<Integer, FakeConnection> keyed = BlockingKeyedPool.<Integer, FakeConnection>builder(
                        key -> {
                            pools.incrementAndGet();
                            return factories
                                    .computeIfAbsent(key, any -> new ScriptedFactory())
                                    .blocking();
                        },
                        config)
                .idlePoolTimeout(Duration.ofNanos(100_000))
                .build()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                var random = new Random(SEED + i);
                var thread = new Thread(() -> call(keyed, random));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) thread.join();
        }
        assertEquals(List.of(), List.copyOf(failures), () -> "seed " + SEED);
        assertTrue(pools.get() >= POOLS, () -> "too few pools have closed themselves: " + pools + ", seed " + SEED);
        for (ScriptedFactory factory : factories.values()) assertEquals(List.of(), factory.getOpenConnections());
    }

    private void call(BlockingKeyedPool<Integer, FakeConnection> keyed, Random random) {
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (pools.get() < POOLS && failures.isEmpty() && System.nanoTime() < end) {
                int key = random.nextInt(KEYS);
                switch (random.nextInt(4)) {
                    case 0 -> keyed.useConnection(key, connection -> {});
                    case 1 -> keyed.acquireAsync(key).get(20, TimeUnit.SECONDS).close();
                    case 2 -> {
                        Lease<FakeConnection> lease = keyed.tryAcquire(key);
                        if (lease != null) lease.close();
                    }
                    default -> keyed.connectAll(List.of(key));
                }
                // These neither open a connection nor keep the pool open, so it closes under them.
                for (int i = 0; i < 500; i++) {
                    Lease<FakeConnection> lease = keyed.tryAcquire(EMPTY);
                    if (lease != null) lease.close();
                }
                // So the calls of a key come about as often as its pool closes itself.
                LockSupport.parkNanos(random.nextInt(2_000_000));
            }
        } catch (Throwable e) {
            failures.add(e);
        }
    }
}
