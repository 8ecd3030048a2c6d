package dev.rockpool.testing;

import dev.rockpool.PoolConfig;
import dev.rockpool.PoolStats;
import dev.rockpool.blocking.BlockingPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A pool of fake connections in real time for one test, and the check that nothing was lost. */
final class PoolFixture {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ScriptedFactory factory = new ScriptedFactory();
    private final BlockingPool<FakeConnection> pool;

    PoolFixture(PoolConfig config) {
        pool = BlockingPool.create(factory.blocking(), config);
    }

    /** The default settings of a test's pool: nothing is open before the test acts. */
    static PoolConfig defaults() {
        return PoolConfig.builder().name("test").minIdle(0).build();
    }

    ScriptedFactory factory() {
        return factory;
    }

    BlockingPool<FakeConnection> pool() {
        return pool;
    }

    /**
     * Closes the pool and checks that nothing was lost.
     *
     * @param patience how long to wait for work that the test started
     * @throws AssertionError if something was lost; the message names it
     */
    void end(Duration patience) {
        try {
            awaitQuiet(pool::snapshot, patience);
        } finally {
            factory.end();
            pool.close(Duration.ZERO);
        }
        if (!await(() -> wronglyClosed().isEmpty(), patience)) {
            throw new AssertionError("not closed exactly once: " + wronglyClosed());
        }
    }

    /**
     * Waits until a pool has no active lease and no waiting caller.
     *
     * @throws AssertionError on timeout
     */
    static void awaitQuiet(Supplier<PoolStats> stats, Duration patience) {
        if (await(() -> stats.get().getLeased() == 0 && stats.get().getPending() == 0, patience)) return;
        PoolStats now = stats.get();
        throw new AssertionError(
                (now.getLeased() > 0 ? "leases were not returned" : "callers still wait") + ": " + now);
    }

    private List<String> wronglyClosed() {
        return factory.getConnections().stream()
                .filter(connection -> connection.getCloseCount() != 1)
                .map(connection -> connection + " (" + connection.getCloseCount() + " times)")
                .toList();
    }

    private static boolean await(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) return condition.getAsBoolean();
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
