package dev.rockpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.blocking.BlockingSharedPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Threads that share connections in real time. The random choices follow {@code -Drockpool.seed}. */
class SharedStressTest {
    private static final int STREAMS = 4;
    private static final int CARRIERS = 2;
    private static final int ALONE = 1_000;
    private static final int THREADS = 12;
    private static final int CALLS = Boolean.getBoolean("rockpool.proof") ? 100_000 : 600;

    private final ScriptedFactory factory = new ScriptedFactory();
    private final Map<FakeConnection, AtomicInteger> users = new ConcurrentHashMap<>();
    private final AtomicReference<Throwable> wrong = new AtomicReference<>();

    @Test
    @DisplayName("151, 155: threads never exceed what a connection carries, and exclusive ones are alone")
    void capacity() throws Exception {
        long seed = Long.getLong("rockpool.seed", System.nanoTime());
        BlockingSharedPool<FakeConnection> shared = open();
        List<Thread> threads = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom own = random.split();
            threads.add(daemon(() -> calls(shared, own)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) thread.join();
        assertNull(wrong.get(), () -> "seed " + seed + ": " + wrong.get());
        end(shared);
    }

    private void calls(BlockingSharedPool<FakeConnection> shared, SplittableRandom random) {
        try {
            for (int i = 0; i < CALLS && wrong.get() == null; i++) {
                int choice = random.nextInt(60);
                if (choice < 4) shared.useExclusive(connection -> use(connection, ALONE));
                else if (choice == 4) end(shared.acquire(), random);
                else shared.useConnection(connection -> use(connection, 1));
            }
        } catch (Throwable e) {
            wrong.compareAndSet(null, e);
        }
    }

    /** Ends a lease in an unusual way. */
    private void end(Lease<FakeConnection> lease, SplittableRandom random) {
        use(lease.getConnection(), 1);
        if (random.nextBoolean()) lease.evict("evicted");
        lease.close();
        lease.close();
    }

    private void use(FakeConnection connection, int weight) {
        AtomicInteger users = this.users.computeIfAbsent(connection, each -> new AtomicInteger());
        int now = users.addAndGet(weight);
        if (now > STREAMS && now != ALONE) throw new AssertionError(connection + " has " + now + " users");
        if (connection.isClosed()) throw new AssertionError(connection + " is closed");
        Thread.onSpinWait();
        users.addAndGet(-weight);
    }

    @Test
    @DisplayName("159: threads are served in order of arrival, whichever connection comes free")
    void order() throws Exception {
        BlockingSharedPool<FakeConnection> shared = open();
        List<Lease<FakeConnection>> held = new ArrayList<>();
        for (int i = 0; i < STREAMS * CARRIERS; i++) held.add(shared.acquire());
        BlockingQueue<Integer> served = new LinkedBlockingQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread thread = daemon(() -> arrive(shared, number, served));
            threads.add(thread);
            thread.start();
            while (shared.snapshot().getPending() <= i) Thread.onSpinWait();
        }
        SplittableRandom random = new SplittableRandom(Long.getLong("rockpool.seed", 1));
        for (int i = 0; i < held.size(); i++) {
            held.get(i).close();
            assertEquals(i, served.poll(20, TimeUnit.SECONDS));
            if (random.nextInt(3) == 0) Thread.yield();
        }
        for (Thread thread : threads) thread.interrupt();
        for (Thread thread : threads) thread.join();
        assertNull(wrong.get());
        end(shared);
    }

    /** Holds its lease until it is interrupted, so that each return of the test serves one caller. */
    private void arrive(BlockingSharedPool<FakeConnection> shared, int number, BlockingQueue<Integer> served) {
        try {
            shared.useConnection(connection -> {
                served.add(number);
                new LinkedBlockingQueue<Integer>().take();
            });
        } catch (InterruptedException expected) {
            // the end of the test
        } catch (Throwable e) {
            wrong.compareAndSet(null, e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    private BlockingSharedPool<FakeConnection> open() {
        PoolConfig config = PoolConfig.builder()
                .name("base")
                .maxSize(CARRIERS)
                .minIdle(0)
                .bargingWindow(Duration.ZERO)
                .build();
        BlockingPool<FakeConnection> base = BlockingPool.create(factory.blocking(), config);
        return BlockingSharedPool.create(base, STREAMS, null, settings -> settings.bargingWindow(Duration.ZERO));
    }

    private void end(BlockingSharedPool<FakeConnection> shared) {
        assertEquals(0, shared.snapshot().getLeased());
        shared.close(Duration.ZERO);
        assertEquals(0, shared.carriersInUse());
        assertTrue(factory.getConnections().stream().allMatch(each -> each.getCloseCount() == 1));
    }
}
