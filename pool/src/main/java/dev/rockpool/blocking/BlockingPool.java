package dev.rockpool.blocking;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.BlockingPreparer;
import dev.rockpool.Lease;
import dev.rockpool.Pool;
import dev.rockpool.PoolClosedException;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.engine.LendingPool;
import dev.rockpool.internal.engine.runtime.BlockingFactoryAdapter;
import dev.rockpool.internal.engine.runtime.BlockingHooksAdapter;
import dev.rockpool.internal.engine.runtime.BlockingPreparerAdapter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A pool for threads, platform or virtual. It can be a view of a {@link Pool} that coroutines use at the same time.
 * Both kinds of caller wait in one queue, in order of arrival.
 *
 * <p>Thread-safe. Waiting threads park, can be interrupted, and hold no lock.
 *
 * <pre>{@code
 * try (var pool = BlockingPool.create(factory, PoolConfig.builder().name("sessions").maxSize(10).build())) {
 *     String answer = pool.withConnection(session -> session.ask("what"));
 * }
 * }</pre>
 *
 * @param <C> what is pooled
 */
public final class BlockingPool<C> implements AutoCloseable {
    /** How long {@link #close()} waits for leased connections: 10 seconds. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final LendingPool<C> pool;

    private BlockingPool(LendingPool<C> pool) {
        this.pool = pool;
    }

    /** Creates a pool of connections from this factory. */
    public static <C> BlockingPool<C> create(BlockingConnectionFactory<C> factory, PoolConfig config) {
        return of(Pools.create(BlockingFactoryAdapter.of(factory), config));
    }

    /**
     * Creates a pool with hooks, which are called when connections are opened, before they are lent, and after they are
     * returned.
     */
    public static <C> BlockingPool<C> create(
            BlockingConnectionFactory<C> factory, PoolConfig config, BlockingConnectionHooks<C> hooks) {
        return of(Pools.create(BlockingFactoryAdapter.of(factory), config, BlockingHooksAdapter.of(hooks)));
    }

    /**
     * Creates a pool that knows tags: {@code pool.withConnection(tag, work)} gets a connection that the preparer has
     * prepared for the tag.
     *
     * @param hooks null for none
     */
    public static <C> BlockingPool<C> create(
            BlockingConnectionFactory<C> factory,
            PoolConfig config,
            BlockingConnectionHooks<C> hooks,
            BlockingPreparer<C> preparer) {
        return of(Pools.create(
                BlockingFactoryAdapter.of(factory),
                config,
                hooks == null ? null : BlockingHooksAdapter.of(hooks),
                BlockingPreparerAdapter.of(Objects.requireNonNull(preparer, "preparer"))));
    }

    /**
     * A view of an existing pool for threads. Closing either closes both.
     *
     * @throws IllegalArgumentException if the pool is not one of Rockpool's own
     */
    public static <C> BlockingPool<C> of(Pool<C> pool) {
        if (pool instanceof LendingPool<C> own) return new BlockingPool<>(own);
        throw new IllegalArgumentException("not a pool created by Pools.create: " + pool);
    }

    /** As {@link #callers(String, int, int)}, without reserved places. */
    public BlockingPool<C> callers(String name, int max) {
        return callers(name, max, 0);
    }

    /**
     * The view of this pool for one class of its callers, such as background jobs. They share a quota. Later calls with
     * the same limits return a view with the same quota. Its {@link #pool()} is a {@link dev.rockpool.CallerPool}, which
     * shows the quota and can change it.
     *
     * @param name names the class in messages
     * @param max how many connections these callers may have at the same time, at least 1
     * @param reserved how many places of the pool no other caller may take, at most {@code max}
     * @throws dev.rockpool.InvalidConfigException naming all problems, or if the class exists with other limits
     * @throws IllegalArgumentException if the pool is a balanced one; use its members
     */
    public BlockingPool<C> callers(String name, int max, int reserved) {
        return of(Pools.callers(pool, Objects.requireNonNull(name, "name"), max, reserved));
    }

    /**
     * The view of this pool for one tag, such as a tenant. Its connections are prepared for that tag by the preparer of
     * the pool. All tags and classes of callers wait in one queue, in order of arrival.
     *
     * @param tag any object with {@code equals}; null for connections without a tag, as the pool itself gives
     * @throws IllegalStateException if the pool has no preparer
     */
    public BlockingPool<C> tagged(Object tag) {
        return of(Pools.tagged(pool, tag));
    }

    /** The same pool for coroutines. */
    public Pool<C> pool() {
        return pool;
    }

    /** The settings this pool runs with. */
    public PoolConfig config() {
        return pool.getConfig();
    }

    /** Operates the pool: events, health, eviction, pausing, settings. */
    public PoolControl control() {
        return pool.getControl();
    }

    /** The current numbers, counted for this call. */
    public PoolStats snapshot() {
        return pool.snapshot();
    }

    /**
     * Leases a connection, waiting for at most {@link PoolConfig#getAcquireTimeout acquireTimeout}. End the lease with
     * {@link Lease#close}.
     *
     * @throws dev.rockpool.AcquireTimeoutException if no connection became free in time
     * @throws dev.rockpool.PoolExhaustedException if {@code maxPending} callers already wait, or under overload ({@code
     *   overload})
     * @throws dev.rockpool.ConnectFailedException if connecting failed permanently, or has failed for
     *   {@code failFastAfter}
     * @throws PoolClosedException if the pool is closed
     * @throws InterruptedException if interrupted while waiting; nothing is leased then
     */
    public Lease<C> acquire() throws InterruptedException {
        return pool.acquireOnThread(pool.getAcquireTimeout(), Priority.NORMAL);
    }

    /**
     * The same with a timeout of its own.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    public Lease<C> acquire(Duration timeout) throws InterruptedException {
        return pool.acquireOnThread(NanoMath.nanos(timeout), Priority.NORMAL);
    }

    /**
     * Leases a connection with a priority. If several callers wait, those of a higher priority are served first. The
     * default is {@link Priority#NORMAL}.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    public Lease<C> acquire(Duration timeout, Priority priority) throws InterruptedException {
        return pool.acquireOnThread(NanoMath.nanos(timeout), Objects.requireNonNull(priority, "priority"));
    }

    /**
     * Leases a connection if one is idle and no caller waits, else returns null. Never waits, so the connection is not
     * probed first even if it was idle for long.
     *
     * @throws PoolClosedException if the pool is closed
     */
    public Lease<C> tryAcquire() {
        return pool.tryAcquire(Thread.currentThread());
    }

    /**
     * Leases a connection asynchronously. The future fails with the exceptions of {@link #acquire()}. Cancelling or
     * completing it, such as by {@code orTimeout}, leaves the queue, and a lease that arrives at that moment goes to the
     * next caller. Dependents run on the future's default executor.
     */
    public CompletableFuture<Lease<C>> acquireAsync() {
        return acquireAsync(Priority.NORMAL);
    }

    /** The same with a priority. */
    public CompletableFuture<Lease<C>> acquireAsync(Priority priority) {
        return acquireAsync(pool.getAcquireTimeout(), priority);
    }

    /**
     * The same with a timeout of its own.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    public CompletableFuture<Lease<C>> acquireAsync(Duration timeout) {
        return acquireAsync(timeout, Priority.NORMAL);
    }

    /**
     * The same with both.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    public CompletableFuture<Lease<C>> acquireAsync(Duration timeout, Priority priority) {
        return acquireAsync(NanoMath.nanos(timeout), priority);
    }

    private CompletableFuture<Lease<C>> acquireAsync(long timeout, Priority priority) {
        Objects.requireNonNull(priority, "priority");
        return pool.acquireAsync(timeout, priority);
    }

    /**
     * Runs the work with a leased connection, and ends the lease when it returns or throws. Waits and fails like
     * {@link #acquire()}.
     */
    public <R, X extends Exception> R withConnection(ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        try (Lease<C> lease = acquire()) {
            return work.apply(lease.getConnection());
        }
    }

    /** As {@link #withConnection(ThrowingFunction)}, waiting as {@link #acquire(Duration, Priority)} does. */
    public <R, X extends Exception> R withConnection(
            Duration timeout, Priority priority, ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        try (Lease<C> lease = acquire(timeout, priority)) {
            return work.apply(lease.getConnection());
        }
    }

    /** As {@link #withConnection(ThrowingFunction)}, with a connection that is prepared for this {@link #tagged tag}. */
    public <R, X extends Exception> R withConnection(Object tag, ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        return tagged(tag).withConnection(work);
    }

    /** As {@link #withConnection(Object, ThrowingFunction)}, for work without a result. */
    public <X extends Exception> void useConnection(Object tag, ThrowingConsumer<? super C, X> work)
            throws X, InterruptedException {
        tagged(tag).useConnection(work);
    }

    /** As {@link #withConnection(ThrowingFunction)}, for work without a result. */
    public <X extends Exception> void useConnection(ThrowingConsumer<? super C, X> work)
            throws X, InterruptedException {
        try (Lease<C> lease = acquire()) {
            work.accept(lease.getConnection());
        }
    }

    /** As {@link #withConnection(Duration, Priority, ThrowingFunction)}, for work without a result. */
    public <X extends Exception> void useConnection(
            Duration timeout, Priority priority, ThrowingConsumer<? super C, X> work) throws X, InterruptedException {
        try (Lease<C> lease = acquire(timeout, priority)) {
            work.accept(lease.getConnection());
        }
    }

    /** Closes the pool, with {@link #DEFAULT_GRACE} for leased connections. */
    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }

    /**
     * Closes the pool. New and waiting callers fail with {@link PoolClosedException} at once. Idle connections are
     * closed now, leased ones when they are returned. Connections still leased after the grace are aborted. Returns
     * when everything has ended. If interrupted while waiting, it returns at once with the interrupt flag set, and the
     * close continues.
     */
    public void close(Duration grace) {
        try {
            pool.closeAsync(Objects.requireNonNull(grace, "grace")).get();
            PoolThreads.INSTANCE.joinUnneeded();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("closing pool '" + config().getName() + "' failed", e.getCause());
        }
    }

    @Override
    public String toString() {
        return pool.toString();
    }
}
