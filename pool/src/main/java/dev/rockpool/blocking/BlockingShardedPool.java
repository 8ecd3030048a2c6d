package dev.rockpool.blocking;

import dev.rockpool.Lease;
import dev.rockpool.Pool;
import dev.rockpool.PoolStats;
import dev.rockpool.Priority;
import dev.rockpool.ReshardPlan;
import dev.rockpool.ShardEvent;
import dev.rockpool.ShardMap;
import dev.rockpool.ShardedPool;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.engine.LendingPool;
import dev.rockpool.internal.shard.EngineShardedPool;
import dev.rockpool.internal.shard.ShardRouter;
import dev.rockpool.internal.shard.ShardVisit;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A pool for each shard, for threads. It is a view of a {@link ShardedPool}, which coroutines can use at the same time.
 *
 * <p>A call inside the work of another one on the same thread may have any key of the same shard. A key of another
 * shard is refused. Thread-safe.
 *
 * <pre>{@code
 * var orders = BlockingShardedPool.of(Pools.sharded("orders", ShardMap.of("a", "b"), Map.of("a", a, "b", b)));
 * String answer = orders.withConnection("customer-1", session -> session.ask("what"));
 * }</pre>
 *
 * @param <C> what is pooled
 */
public final class BlockingShardedPool<C> implements AutoCloseable {
    /** How long callers wait, and how long a plan waits for calls, by default: 30 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final EngineShardedPool<C> pool;
    private final ShardRouter<LendingPool<C>> router;

    private BlockingShardedPool(EngineShardedPool<C> pool) {
        this.pool = pool;
        this.router = pool.getRouter();
    }

    /**
     * A view of an existing sharded pool for threads. Closing either closes both.
     *
     * @throws IllegalArgumentException if the pool is not one of Rockpool's own
     */
    public static <C> BlockingShardedPool<C> of(ShardedPool<C> pool) {
        if (pool instanceof EngineShardedPool<C> own) return new BlockingShardedPool<>(own);
        throw new IllegalArgumentException("not a sharded pool of Rockpool: " + pool);
    }

    /** The same pool for coroutines. */
    public ShardedPool<C> pool() {
        return pool;
    }

    /** Names it in messages and logs. */
    public String name() {
        return pool.getName();
    }

    /** Which shard has which bucket now. While a plan is carried out it is the map before it. */
    public ShardMap map() {
        return pool.getMap();
    }

    /** The plan that is being carried out. Null if there is none. */
    public ReshardPlan resharding() {
        return pool.getResharding();
    }

    /** The names of all shards, also those without buckets. */
    public Set<String> shards() {
        return pool.getShards();
    }

    /**
     * The pool of a shard.
     *
     * @throws IllegalArgumentException if there is no such shard
     */
    public BlockingPool<C> pool(String shard) {
        return BlockingPool.of(pool.pool(shard));
    }

    /** Adds a shard, which gets buckets by a plan. */
    public void add(String shard, BlockingPool<C> member) {
        pool.add(shard, member.pool());
    }

    /**
     * Removes a shard that has no buckets, and returns its pool, which is not closed.
     *
     * @throws IllegalStateException if it has buckets, or a plan is being carried out
     */
    public BlockingPool<C> remove(String shard) {
        Pool<C> removed = pool.remove(shard);
        return BlockingPool.of(removed);
    }

    /**
     * Runs the work with a connection of the shard of this key, waiting for at most 30 seconds, like {@link
     * #withConnection(Object, Duration, Priority, ThrowingFunction)}.
     */
    public <R, X extends Exception> R withConnection(Object key, ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        return withConnection(key, DEFAULT_TIMEOUT, Priority.NORMAL, work);
    }

    /**
     * Runs the work with a connection of the shard of this key, and ends the lease when it returns or throws.
     *
     * @param key a text, an integer, a UUID, a {@code byte[]} or a list of them, see {@link ShardMap}
     * @param timeout how long to wait for the bucket, if it moves, and for a connection together; null means no limit
     * @throws dev.rockpool.BucketMovingException if the bucket was still being moved at the timeout
     * @throws IllegalArgumentException if the key is null or has another type
     * @throws IllegalStateException inside a call of another shard
     * @throws dev.rockpool.PoolException like {@link BlockingPool#acquire()}
     */
    public <R, X extends Exception> R withConnection(
            Object key, Duration timeout, Priority priority, ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        Objects.requireNonNull(priority, "priority");
        int bucket = ShardMap.bucketOf(key);
        long nanos = NanoMath.nanos(timeout);
        long start = System.nanoTime();
        ShardVisit visit = router.enterOnThread(bucket, nanos);
        ShardVisit before = router.inside(visit);
        try {
            long left = nanos == Long.MAX_VALUE ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
            try (Lease<C> lease = router.member(visit.shard()).acquireOnThread(left, priority)) {
                return work.apply(lease.getConnection());
            }
        } finally {
            router.inside(before);
            visit.end();
        }
    }

    /** As {@link #withConnection(Object, ThrowingFunction)}, for work without a result. */
    public <X extends Exception> void useConnection(Object key, ThrowingConsumer<? super C, X> work)
            throws X, InterruptedException {
        this.<Void, X>withConnection(key, connection -> {
            work.accept(connection);
            return null;
        });
    }

    /** Carries out a plan like {@link #reshard(ReshardPlan, Duration, ThrowingConsumer)}, with 30 seconds. */
    public <X extends Exception> void reshard(ReshardPlan plan, ThrowingConsumer<ReshardPlan, X> copy)
            throws X, InterruptedException {
        reshard(plan, DEFAULT_TIMEOUT, copy);
    }

    /**
     * Carries out a plan: lets callers of its buckets wait, waits for the calls that use them, runs the copy, and then
     * lets the callers continue at the new shards. If the copy fails, or this thread is interrupted before it, the map
     * stays as it was, and the callers continue at the old shards.
     *
     * <p>Once the copy has returned, the map of the plan holds. So store it ({@link ShardMap#toJson}) at the end of the
     * copy. An aborted plan may have copied something. So the copy should begin by deleting what is at the target.
     *
     * @param drainTimeout how long to wait for calls that use the buckets; null means no limit
     * @param copy copies the data of the buckets, with the pools of the shards ({@link #pool(String)})
     * @throws dev.rockpool.ReshardTimeoutException if calls had not ended within the timeout
     * @throws IllegalStateException if another plan is being carried out, or this one was made for another map
     * @throws IllegalArgumentException if the plan moves buckets to a shard that has no pool
     */
    public <X extends Exception> void reshard(
            ReshardPlan plan, Duration drainTimeout, ThrowingConsumer<ReshardPlan, X> copy)
            throws X, InterruptedException {
        Objects.requireNonNull(copy, "copy");
        router.reshardOnThread(plan, NanoMath.nanos(drainTimeout), copy::accept);
    }

    /** Sends events of plans to the listener until the result is closed. It must return at once. */
    public AutoCloseable addListener(Consumer<ShardEvent> listener) {
        return pool.addListener(listener);
    }

    /** The current numbers of the pool of each shard. */
    public Map<String, PoolStats> snapshot() {
        return pool.snapshot();
    }

    /** Closes the pools of all shards, with {@link BlockingPool#DEFAULT_GRACE} for leased connections. */
    @Override
    public void close() {
        close(BlockingPool.DEFAULT_GRACE);
    }

    /** Closes the pools of all shards, as {@link BlockingPool#close(Duration)} does. */
    public void close(Duration grace) {
        try {
            pool.closeAsync(Objects.requireNonNull(grace, "grace")).get();
            PoolThreads.INSTANCE.joinUnneeded();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("closing pool '" + name() + "' failed", e.getCause());
        }
    }

    @Override
    public String toString() {
        return pool.toString();
    }
}
