package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.CloseReason;
import dev.rockpool.PoolConfig;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.registry.PoolPlace;
import dev.rockpool.internal.spi.Engines;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.Startup;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import java.time.Duration;

/**
 * Creates the pool behind a JDBC pool, according to its {@link Startup}. A startup that connects first does so through the pool itself, as its
 * first caller. So the connection stays in the pool, which also handles connects that hang, fail or arrive late.
 */
public final class PoolBootstrap {
    private final JdbcConfig config;
    private final JdbcConnectionFactory factory;
    private final boolean awaited;
    private final PoolPlace place;

    /**
     * @param awaited whether a caller waits for the pool's first connection, which then comes before the minimum
     * @param place the pool's place in a registry; null if it has none
     */
    public PoolBootstrap(JdbcConfig config, JdbcConnectionFactory factory, boolean awaited, PoolPlace place) {
        this.config = config;
        this.factory = factory;
        this.awaited = awaited;
        this.place = place;
    }

    public Engine<PhysicalConnection> create() {
        if (awaited || opensAtOnce()) factory.connectEarly();
        try {
            return start();
        } catch (Throwable e) {
            factory.end();
            throw e;
        }
    }

    private Engine<PhysicalConnection> start() {
        factory.warn();
        Startup startup = config.getStartup();
        if (startup instanceof Startup.WaitUpTo wait) return connectedWithin(NanoMath.nanos(wait.getAtMost()));
        if (startup == Startup.FailFast.INSTANCE) return failFast();
        return Engines.startEngine(factory, config.getPool(), awaited || startup == Startup.Lazy.INSTANCE, place);
    }

    private boolean opensAtOnce() {
        if (config.getStartup() == Startup.Background.INSTANCE)
            return config.getPool().getMinIdle() > 0;
        return config.getStartup() != Startup.Lazy.INSTANCE;
    }

    private Engine<PhysicalConnection> failFast() {
        factory.setFailsFast(true);
        Engine<PhysicalConnection> engine = connectedWithin(Long.MAX_VALUE);
        factory.setFailsFast(false);
        return engine;
    }

    private Engine<PhysicalConnection> connectedWithin(long nanos) {
        // Until then this is the only caller, with its own time limit. Its connection counts for the minimum.
        PoolConfig untilThen =
                config.getPool().toBuilder().failFastAfter(null).minIdle(0).build();
        Engine<PhysicalConnection> engine = Engines.startEngine(factory, untilThen, false, place);
        try {
            connectFirst(engine, nanos);
            engine.getControl().reconfigure(config.getPool());
        } catch (Throwable e) {
            engine.closeAsync(Duration.ZERO).join();
            throw e;
        }
        return engine;
    }

    private void connectFirst(Engine<PhysicalConnection> engine, long nanos) {
        try {
            Slot<PhysicalConnection> slot = engine.acquire(nanos, Priority.NORMAL);
            probe(engine, slot, slot.granted());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw engine.connectFailed(e);
        }
    }

    private void probe(Engine<PhysicalConnection> engine, Slot<PhysicalConnection> slot, long ticket)
            throws InterruptedException {
        try {
            factory.probeNow(slot.connection());
            if (config.getPool().getMinIdle() > 0) engine.release(slot, ticket);
            else engine.discard(slot, ticket, CloseReason.IDLE, "the start has probed it, and minIdle is 0");
        } catch (Throwable e) { // whatever a driver throws
            engine.discardDead(slot, ticket, CloseReason.DEAD, "its probe failed: " + e);
            if (e instanceof InterruptedException interrupt) throw interrupt;
            throw engine.connectFailed(e);
        }
    }
}
