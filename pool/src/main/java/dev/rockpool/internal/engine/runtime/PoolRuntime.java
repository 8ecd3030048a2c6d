package dev.rockpool.internal.engine.runtime;

import dev.rockpool.ConnectionFactory;
import dev.rockpool.ConnectionHooks;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolListener;
import dev.rockpool.PoolTracer;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.stats.LatencyStats;
import java.util.function.LongSupplier;

/**
 * What all parts of a running pool share: settings, clock, slots, counters, events, and the user's factory.
 *
 * <p>Thread-safe.
 */
public final class PoolRuntime<C> {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final String name;
    private final ConnectionFactory<C> factory;
    private final ConnectionHooks<C> hooks;
    private final LongSupplier clock;
    private final boolean inRealTime;
    private final SlotPool<C> slots;
    private final PoolState<C> state;
    private final Events events;
    private final Counters counters = new Counters();
    private volatile PoolConfig config;

    /** Null until the first tracer. */
    private volatile Tracing tracing;

    /**
     * @param hooks null if there are none
     * @param clock nanoseconds since the pool was created
     * @param inRealTime false if a test moves the clock
     */
    public PoolRuntime(
            PoolConfig config,
            ConnectionFactory<C> factory,
            ConnectionHooks<C> hooks,
            LongSupplier clock,
            boolean inRealTime,
            SlotPool<C> slots,
            Events events) {
        this.name = config.getName();
        this.config = config;
        this.factory = factory;
        this.hooks = hooks;
        this.clock = clock;
        this.inRealTime = inRealTime;
        this.slots = slots;
        this.state = slots.state();
        this.events = events;
    }

    /** The name of the pool. It stays the same when the settings change. */
    public String name() {
        return name;
    }

    /** The current settings. They can change while the pool runs. */
    public PoolConfig config() {
        return config;
    }

    /** Replaces the settings. */
    public void config(PoolConfig next) {
        config = next;
    }

    public ConnectionFactory<C> factory() {
        return factory;
    }

    /** The factory, if it must know the slots of its connections; else null. */
    @SuppressWarnings("unchecked")
    public SlotListener<C> slotListener() {
        return factory instanceof SlotListener<?> listener ? (SlotListener<C>) listener : null;
    }

    /** The hooks; null if there are none, so that they cost nothing. */
    public ConnectionHooks<C> hooks() {
        return hooks;
    }

    /** Nanoseconds since the pool was created. */
    public long now() {
        return clock.getAsLong();
    }

    /** The wall clock in nanoseconds, to compare with {@link #now}. Constant if time is virtual. */
    public long wallClock() {
        return inRealTime ? System.currentTimeMillis() * NANOS_PER_MILLI : 0;
    }

    public boolean isInRealTime() {
        return inRealTime;
    }

    /** The core, for reading and for verbs that return no actions. */
    public PoolState<C> state() {
        return state;
    }

    /** The core's verbs, including the actions that follow. */
    public SlotPool<C> slots() {
        return slots;
    }

    public Events events() {
        return events;
    }

    public Counters counters() {
        return counters;
    }

    /** Tells tracers; null if there never was one. */
    public Tracing tracing() {
        return tracing;
    }

    /** Adds a tracer, until the result is closed. */
    public synchronized PoolListener.Registration trace(PoolTracer tracer) {
        if (tracing == null) {
            Tracing made = new Tracing(this);
            state.recorder().samples(made);
            tracing = made;
        }
        return tracing.add(tracer);
    }

    /** The recorded times. */
    public LatencyStats times() {
        return state.recorder().times();
    }

    /** Whether the server can be reached, and when to connect again. */
    public ConnectivityTracker connectivity() {
        return state.connectivity();
    }

    /** The factory's explanation of a connect failure, for a message. */
    public String explain(Throwable failure) {
        try {
            return factory.explain(failure);
        } catch (Throwable e) { // Errors too, because a caller needs an answer
            PoolLogKt.logDebug(e, () -> "pool '" + name + "': explaining a connect failure failed");
            return failure.toString();
        }
    }
}
