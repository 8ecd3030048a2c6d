package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.PoolControl;
import dev.rockpool.internal.base.PoolLogKt;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells each listener of each pool of a cluster once: of those there are, and of those that are made later. */
public final class PoolListeners {
    private final String cluster;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    public PoolListeners(String cluster) {
        this.cluster = cluster;
    }

    /** @param present the pools there are; asked after the listener is known, so that none is missed */
    public AutoCloseable add(Consumer<PoolControl> listener, Supplier<Collection<PoolControl>> present) {
        Entry entry = new Entry(listener);
        entries.add(entry);
        present.get().forEach(entry::tell);
        return () -> entries.remove(entry);
    }

    public void opened(PoolControl pool) {
        entries.forEach(entry -> entry.tell(pool));
    }

    /** Lets go of a pool that is closed. */
    public void retired(PoolControl pool) {
        entries.forEach(entry -> entry.told.remove(pool));
    }

    private final class Entry {
        private final Consumer<PoolControl> listener;
        private final Set<PoolControl> told = ConcurrentHashMap.newKeySet();

        Entry(Consumer<PoolControl> listener) {
            this.listener = listener;
        }

        void tell(PoolControl pool) {
            if (!told.add(pool)) return;
            try {
                listener.accept(pool);
            } catch (RuntimeException | Error e) {
                PoolLogKt.logWarn(e, () -> "cluster '" + cluster + "': a listener failed");
            }
        }
    }
}
