package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.BlockingPreparer;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import java.sql.Connection;
import java.util.Objects;

/**
 * What one connection is prepared for. Exists only in a pool with a preparer. Changed by the holder of the connection;
 * others read it to choose an idle connection, which only saves work.
 */
public final class TagState {
    private static final Object UNKNOWN = new Object();

    /** A new connection is prepared for null. */
    private volatile Object tag;

    /** Whether anything may have run since it was prepared. */
    private volatile boolean used;

    boolean isPrepared(BlockingPreparer<Connection> preparer, Connection driver, Object wanted) {
        return Objects.equals(tag, wanted) && preparer.isPrepared(driver, wanted, used);
    }

    /** It is being prepared, or nobody knows what was changed. */
    void forget() {
        tag = UNKNOWN;
    }

    void prepared(Object now) {
        tag = now;
        used = false;
    }

    void used() {
        used = true;
    }

    /** Which idle connection a caller with this tag prefers. */
    public static Preference<PhysicalConnection> preference(
            Engine<PhysicalConnection> engine, BlockingPreparer<Connection> preparer, Object tag) {
        return new Wish(shared(engine, tag), preparer);
    }

    /** An equal object that is known already, so that a comparison under a lock needs no user code. */
    private static Object shared(Engine<PhysicalConnection> engine, Object tag) {
        for (Slot<PhysicalConnection> slot : engine.allSlots()) {
            Object known = tagOf(slot);
            if (known != null && known.equals(tag)) return known;
        }
        return tag;
    }

    private static Object tagOf(Slot<PhysicalConnection> slot) {
        PhysicalConnection connection = slot.connection();
        return connection == null ? null : connection.tags().tag;
    }

    private record Wish(Object tag, BlockingPreparer<Connection> preparer) implements Preference<PhysicalConnection> {
        @Override
        public long cost(Slot<PhysicalConnection> slot) {
            Object now = tagOf(slot);
            if (Objects.equals(now, tag)) return 0;
            if (now == null) return 1;
            return now == UNKNOWN ? 2 : 2L + Math.max(0, preparer.cost(now, tag));
        }

        @Override
        public int rank(Slot<PhysicalConnection> slot) {
            Object now = tagOf(slot);
            if (now == tag) return 0;
            return now == null ? 1 : 2;
        }
    }
}
