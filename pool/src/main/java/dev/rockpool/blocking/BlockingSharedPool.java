package dev.rockpool.blocking;

import dev.rockpool.Lease;
import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolStats;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.SharedPool;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.share.EngineSharedPool;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * A {@link SharedPool} for threads, platform or virtual: its leases share the connections of another pool, for
 * connections that carry several requests at once. It can be a view of a pool that coroutines use at the same time.
 *
 * <p>Thread-safe. Waiting threads park, can be interrupted, and hold no lock.
 *
 * <pre>{@code
 * try (var shared = BlockingSharedPool.create(connections, 32)) {
 *     String answer = shared.withConnection(client -> client.ask("what").get());
 * }
 * }</pre>
 *
 * @param <C> what is pooled; it must be safe for use by several threads
 */
public final class BlockingSharedPool<C> implements AutoCloseable {
    private final EngineSharedPool<C> shared;
    private final BlockingPool<C> leases;

    private BlockingSharedPool(EngineSharedPool<C> shared) {
        this.shared = shared;
        this.leases = BlockingPool.of(shared);
    }

    /**
     * Lets several callers share each connection of a pool. The settings are those of the base, except what
     * {@link Pools#shared} names.
     *
     * @param streams how many streams a connection carries at most, at least 1
     * @throws dev.rockpool.InvalidConfigException naming every problem
     */
    public static <C> BlockingSharedPool<C> create(BlockingPool<C> base, int streams) {
        return of(Pools.shared(base.pool(), streams));
    }

    /**
     * The same with settings: {@code create(base, 32, null, settings -> settings.maxPending(100))}.
     *
     * @param streamsOf how many streams this connection carries now; more than {@code streams} count as {@code streams}.
     *     Called at any time from any thread, so it must not wait. Null means always {@code streams}
     * @param settings changes the settings of the shared pool
     */
    public static <C> BlockingSharedPool<C> create(
            BlockingPool<C> base, int streams, ToIntFunction<C> streamsOf, Consumer<PoolConfig.Builder> settings) {
        return of(Pools.shared(base.pool(), streams, streamsOf, Objects.requireNonNull(settings, "settings")));
    }

    /**
     * A view of an existing pool for threads. Closing either closes both.
     *
     * @throws IllegalArgumentException if the pool is not one of Rockpool's own
     */
    public static <C> BlockingSharedPool<C> of(SharedPool<C> pool) {
        if (pool instanceof EngineSharedPool<C> own) return new BlockingSharedPool<>(own);
        throw new IllegalArgumentException("not a pool created by Pools.shared: " + pool);
    }

    /** The same pool for coroutines. */
    public SharedPool<C> pool() {
        return shared;
    }

    /** The same as a {@link BlockingPool}, with timeouts, priorities, futures, classes of callers, and control. */
    public BlockingPool<C> leases() {
        return leases;
    }

    /** The pool that its connections come from. It can still be used on its own. */
    public BlockingPool<C> base() {
        return BlockingPool.of((Pool<C>) shared.getBase());
    }

    /** The current numbers, counted for this call. Its connections are streams. */
    public PoolStats snapshot() {
        return shared.snapshot();
    }

    /** How many connections of the base it uses now. */
    public int carriersInUse() {
        return shared.getCarriersInUse();
    }

    /** Leases a stream. Waits and fails like {@link BlockingPool#acquire()}. */
    public Lease<C> acquire() throws InterruptedException {
        return leases.acquire();
    }

    /** Runs the work with a stream, and ends the lease when it returns or throws. */
    public <R, X extends Exception> R withConnection(ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        return leases.withConnection(work);
    }

    /** As {@link #withConnection}, for work without a result. */
    public <X extends Exception> void useConnection(ThrowingConsumer<? super C, X> work)
            throws X, InterruptedException {
        leases.useConnection(work);
    }

    /** As {@link #acquireExclusive(Duration, Priority)}, with the pool's own timeout and normal priority. */
    public Lease<C> acquireExclusive() throws InterruptedException {
        return shared.acquireExclusiveOnThread(shared.getAcquireTimeout(), Priority.NORMAL);
    }

    /**
     * Leases a connection alone. This thread waits in order of arrival, as all callers do. Then its connection takes no
     * more streams, and it waits for those that are active. See {@link SharedPool#acquireExclusive}.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     * @throws dev.rockpool.AcquireTimeoutException if the connection did not become free in time
     * @throws InterruptedException if interrupted while waiting; nothing is leased then
     */
    public Lease<C> acquireExclusive(Duration timeout, Priority priority) throws InterruptedException {
        return shared.acquireExclusiveOnThread(NanoMath.nanos(timeout), Objects.requireNonNull(priority, "priority"));
    }

    /** Runs the work with a connection that nobody else uses, and ends the lease when it returns or throws. */
    public <R, X extends Exception> R withExclusive(ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        try (Lease<C> lease = acquireExclusive()) {
            return work.apply(lease.getConnection());
        }
    }

    /** As {@link #withExclusive}, for work without a result. */
    public <X extends Exception> void useExclusive(ThrowingConsumer<? super C, X> work) throws X, InterruptedException {
        try (Lease<C> lease = acquireExclusive()) {
            work.accept(lease.getConnection());
        }
    }

    /** Asks at once how many streams a connection carries, because that has changed. Does not wait. */
    public void streamsChanged(C connection) {
        shared.streamsChanged(connection);
    }

    /**
     * Ends all streams of a connection that is dead, and closes it. Does not wait.
     *
     * @param reason appears in events and logs
     */
    public void connectionLost(C connection, String reason) {
        shared.connectionLost(connection, Objects.requireNonNull(reason, "reason"));
    }

    /** Closes the pool and its base, with {@link BlockingPool#DEFAULT_GRACE} for leased connections. */
    @Override
    public void close() {
        leases.close();
    }

    /** Closes the pool and its base, as {@link BlockingPool#close(Duration)} does. */
    public void close(Duration grace) {
        leases.close(grace);
    }

    @Override
    public String toString() {
        return shared.toString();
    }
}
