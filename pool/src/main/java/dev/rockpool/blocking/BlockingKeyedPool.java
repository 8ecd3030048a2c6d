package dev.rockpool.blocking;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.ConnectResult;
import dev.rockpool.ConnectRetry;
import dev.rockpool.KeyedPool;
import dev.rockpool.Lease;
import dev.rockpool.PoolClosedException;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolHealth;
import dev.rockpool.PoolStats;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.registry.EngineKeyedPool;
import dev.rockpool.internal.registry.KeyedPools;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A pool for each key, for threads. It can be a view of a {@link KeyedPool} that coroutines use at the same time. For
 * each key, both kinds of caller wait in one queue.
 *
 * <p>The pool of a key is created when a caller first needs it, and closes itself after it was empty for
 * {@code idlePoolTimeout}. A caller that arrives at that moment gets a fresh pool. Thread-safe.
 *
 * <pre>{@code
 * try (var lines = BlockingKeyedPool.builder(Lines::to, PoolConfig.builder().name("lines").build()).build()) {
 *     String answer = lines.withConnection("tenant-1", line -> line.ask("what"));
 * }
 * }</pre>
 *
 * @param <K> the type of the keys, with {@code equals} and {@code hashCode}
 * @param <C> what is pooled
 */
public final class BlockingKeyedPool<K, C> implements AutoCloseable {
    private static final int AT_ONCE = 4;

    private final EngineKeyedPool<K, C> pool;

    private BlockingKeyedPool(EngineKeyedPool<K, C> pool) {
        this.pool = pool;
    }

    /**
     * A builder of a keyed pool.
     *
     * @param factory gives the factory for a key; called when the key's pool is created
     * @param config the settings for all keys; {@code minIdle} is 0 unless it is set
     */
    public static <K, C> Builder<K, C> builder(Function<K, BlockingConnectionFactory<C>> factory, PoolConfig config) {
        return new Builder<>(factory, config);
    }

    /**
     * A view of an existing keyed pool for threads. Closing either closes both.
     *
     * @throws IllegalArgumentException if the pool is not one of Rockpool's own
     */
    public static <K, C> BlockingKeyedPool<K, C> of(KeyedPool<K, C> pool) {
        if (pool instanceof EngineKeyedPool<K, C> own) return new BlockingKeyedPool<>(own);
        throw new IllegalArgumentException("not a keyed pool of Rockpool: " + pool);
    }

    /** The same keyed pool for coroutines. */
    public KeyedPool<K, C> pool() {
        return pool;
    }

    /** Names the pools in messages, logs and stats, as {@code name[key]}. */
    public String name() {
        return pool.getName();
    }

    /** The keys that have an open pool now. */
    public Set<K> keys() {
        return pool.getKeys();
    }

    /** The numbers of this key's pool. Null if it has none. Counters begin at zero when a pool is created again. */
    public PoolStats snapshot(K key) {
        return pool.snapshot(key);
    }

    /** The health of this key's pool. Null if it has none. */
    public PoolHealth health(K key) {
        return pool.health(key);
    }

    /**
     * Leases a connection of this key, waiting for at most the key's {@link PoolConfig#getAcquireTimeout
     * acquireTimeout}. End the lease with {@link Lease#close}.
     *
     * @throws dev.rockpool.PoolException as {@link BlockingPool#acquire()} does; {@link PoolClosedException} only if
     *     this keyed pool is closed, or if the key was removed meanwhile
     * @throws InterruptedException if interrupted while waiting; nothing is leased then
     */
    public Lease<C> acquire(K key) throws InterruptedException {
        return lease(key, null, Priority.NORMAL);
    }

    /**
     * The same with a timeout of its own and a priority.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    public Lease<C> acquire(K key, Duration timeout, Priority priority) throws InterruptedException {
        return lease(key, NanoMath.nanos(timeout), Objects.requireNonNull(priority, "priority"));
    }

    /** @param timeout in nanoseconds; null for that of the key */
    private Lease<C> lease(K key, Long timeout, Priority priority) throws InterruptedException {
        Engine<C> engine = pool.find(key);
        if (engine == null) engine = pool.open(key);
        for (; ; ) {
            try {
                return lease(engine, timeout == null ? engine.getAcquireTimeout() : timeout, priority);
            } catch (PoolClosedException e) {
                if (!pool.mayRetry(engine)) throw e;
                engine = pool.open(key);
            }
        }
    }

    private static <C> Lease<C> lease(Engine<C> engine, long timeout, Priority priority) throws InterruptedException {
        if (engine.isHooked()) return engine.acquireHooked(timeout, priority);
        Slot<C> slot = engine.acquire(timeout, priority);
        return engine.lease(slot, slot.granted());
    }

    /** Leases a connection of this key if one is idle and no caller waits for it, else returns null. Never waits. */
    public Lease<C> tryAcquire(K key) {
        return pool.tryAcquire(key);
    }

    /**
     * Leases a connection of this key asynchronously. The future fails with the exceptions of {@link #acquire}.
     * Cancelling it leaves the queue.
     */
    public CompletableFuture<Lease<C>> acquireAsync(K key) {
        return pool.acquireAsync(key, null, Priority.NORMAL);
    }

    /**
     * The same with a timeout of its own and a priority.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    public CompletableFuture<Lease<C>> acquireAsync(K key, Duration timeout, Priority priority) {
        return pool.acquireAsync(key, NanoMath.nanos(timeout), Objects.requireNonNull(priority, "priority"));
    }

    /**
     * Runs the work with a leased connection of this key, and ends the lease when it returns or throws. Waits and fails
     * like {@link #acquire}.
     */
    public <R, X extends Exception> R withConnection(K key, ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        try (Lease<C> lease = acquire(key)) {
            return work.apply(lease.getConnection());
        }
    }

    /** The same, waiting as {@link #acquire(Object, Duration, Priority)} does. */
    public <R, X extends Exception> R withConnection(
            K key, Duration timeout, Priority priority, ThrowingFunction<? super C, ? extends R, X> work)
            throws X, InterruptedException {
        try (Lease<C> lease = acquire(key, timeout, priority)) {
            return work.apply(lease.getConnection());
        }
    }

    /** As {@link #withConnection(Object, ThrowingFunction)}, for work without a result. */
    public <X extends Exception> void useConnection(K key, ThrowingConsumer<? super C, X> work)
            throws X, InterruptedException {
        try (Lease<C> lease = acquire(key)) {
            work.accept(lease.getConnection());
        }
    }

    /** Connects to each of these keys, four at a time, as {@link #connectAll(Collection, int, Function, Consumer)}. */
    public Map<K, ConnectResult<K>> connectAll(Collection<K> keys) throws InterruptedException {
        return connectAll(keys, AT_ONCE, key -> new ConnectRetry(), result -> {});
    }

    /**
     * Connects to each of these keys, so that the first callers do not wait. Returns a result for each key. One key's
     * failure affects no other key. If interrupted, no further connect starts, and connections that still arrive belong
     * to the pools.
     *
     * @param atOnce how many connects may run at the same time; at least 1
     * @param retry how often to try each key; a permanent failure is not retried
     * @param onResult called for each key as soon as its result is known, by one thread at a time; must return at once
     */
    public Map<K, ConnectResult<K>> connectAll(
            Collection<K> keys, int atOnce, Function<K, ConnectRetry> retry, Consumer<ConnectResult<K>> onResult)
            throws InterruptedException {
        CompletableFuture<Map<K, ConnectResult<K>>> all = connectAllAsync(keys, atOnce, retry, onResult);
        try {
            return all.get();
        } catch (InterruptedException e) {
            all.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException("connecting failed", e.getCause());
        }
    }

    /** The same without waiting. Cancelling the future stops it, as an interrupt does. */
    public CompletableFuture<Map<K, ConnectResult<K>>> connectAllAsync(
            Collection<K> keys, int atOnce, Function<K, ConnectRetry> retry, Consumer<ConnectResult<K>> onResult) {
        return pool.connectAllAsync(keys, atOnce, retry::apply, result -> {
            onResult.accept(result);
            return kotlin.Unit.INSTANCE;
        });
    }

    /** Removes this key's pool, with {@link BlockingPool#DEFAULT_GRACE} for leased connections. */
    public boolean remove(K key) {
        return remove(key, BlockingPool.DEFAULT_GRACE);
    }

    /**
     * Removes this key's pool and closes it: its waiting callers fail with {@link PoolClosedException}. Other keys do
     * not notice. The next caller of the key gets a new pool. Returns false if the key has none.
     */
    public boolean remove(K key, Duration grace) {
        CompletableFuture<Void> closing = pool.removeAsync(key, grace);
        if (closing == null) return false;
        await(closing);
        return true;
    }

    /** Closes the pools of all keys, with {@link BlockingPool#DEFAULT_GRACE} for leased connections. */
    @Override
    public void close() {
        close(BlockingPool.DEFAULT_GRACE);
    }

    /**
     * Closes the pools of all keys, as {@link BlockingPool#close(Duration)} does. If interrupted while waiting, it
     * returns at once with the interrupt flag set, and the close continues.
     */
    public void close(Duration grace) {
        if (await(pool.closeAsync(Objects.requireNonNull(grace, "grace")))) PoolThreads.INSTANCE.joinUnneeded();
    }

    private static boolean await(CompletableFuture<Void> closing) {
        try {
            closing.get();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("closing failed", e.getCause());
        }
    }

    @Override
    public String toString() {
        return pool.toString();
    }

    /** Collects the settings of a keyed pool. Not thread-safe. */
    public static final class Builder<K, C> {
        private final Function<K, BlockingConnectionFactory<C>> factory;
        private final PoolConfig config;
        private Duration idlePoolTimeout = Duration.ofMinutes(10);
        private BiConsumer<K, PoolConfig.Builder> perKey = (key, settings) -> {};
        private BlockingConnectionHooks<C> hooks;

        private Builder(Function<K, BlockingConnectionFactory<C>> factory, PoolConfig config) {
            this.factory = Objects.requireNonNull(factory, "factory");
            this.config = Objects.requireNonNull(config, "config");
        }

        /**
         * How long the pool of a key may have no connection, waiter or lease before it closes itself. Null means for
         * ever. Default 10 minutes.
         */
        public Builder<K, C> idlePoolTimeout(Duration value) {
            idlePoolTimeout = value;
            return this;
        }

        /** Changes the settings for a key, when its pool is created. Default: no change. */
        public Builder<K, C> perKey(BiConsumer<K, PoolConfig.Builder> value) {
            perKey = Objects.requireNonNull(value, "perKey");
            return this;
        }

        /** Hooks for the connections of all keys. Default: none. */
        public Builder<K, C> hooks(BlockingConnectionHooks<C> value) {
            hooks = value;
            return this;
        }

        /**
         * Creates the keyed pool. Nothing is opened before a caller needs it.
         *
         * @throws dev.rockpool.InvalidConfigException if {@code idlePoolTimeout} is not positive
         */
        public BlockingKeyedPool<K, C> build() {
            return new BlockingKeyedPool<>(KeyedPools.create(factory, config, idlePoolTimeout, perKey, hooks));
        }
    }
}
