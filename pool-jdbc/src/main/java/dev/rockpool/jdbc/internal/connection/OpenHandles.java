package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements that are open on one connection, the youngest first, as a stack through the handles themselves: nothing is allocated for it, and
 * to open one costs one CAS. Thread-safe, without a lock.
 *
 * <p><b>Closing costs nothing here.</b> A handle that is closed stays where it is until somebody who adds or takes one comes across it. The
 * youngest are dropped each time; the others when those that were added since the last look at all of them are as many as
 * those that it left. So there are never many more than twice as many as are open.
 *
 * <p>A handle is added once. Below it there are only older ones, so a link may be moved past closed handles at any time, by several
 * threads at once.
 */
final class OpenHandles {
    /** So many are not worth a look. */
    private static final int FEW = 32;

    private static final VarHandle YOUNGEST;

    static {
        try {
            YOUNGEST = MethodHandles.lookup().findVarHandle(OpenHandles.class, "youngest", Handle.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile Handle youngest;

    /** How many the last look at all of them left. A hint: threads that look at the same time may spoil it. */
    private int left;

    boolean isEmpty() {
        return open(youngest) == null;
    }

    void add(Handle handle) {
        Handle before;
        do {
            before = youngest;
            Handle older = open(before);
            handle.older = older;
            handle.depth = older == null ? 0 : older.depth + 1;
        } while (!YOUNGEST.compareAndSet(this, before, handle));
        if (handle.depth > FEW + 2 * left) sweep(handle);
    }

    /** Takes out the youngest that is open and closes it for others: the caller is the one that ends it. Null when there is none. */
    Handle take() {
        for (; ; ) {
            Handle handle = youngest;
            if (handle == null) return null;
            if (YOUNGEST.compareAndSet(this, handle, handle.older) && handle.takeOut()) return handle;
        }
    }

    /** Those that are open now, the youngest first. */
    List<Handle> all() {
        List<Handle> all = new ArrayList<>();
        for (Handle handle = open(youngest); handle != null; handle = open(handle.older)) all.add(handle);
        return all;
    }

    /** This one, or the first below it that is open. */
    private static Handle open(Handle from) {
        Handle handle = from;
        while (handle != null && handle.isTakenOut()) handle = handle.older;
        return handle;
    }

    private void sweep(Handle from) {
        int count = 0;
        for (Handle handle = from; handle != null; handle = handle.older) {
            handle.older = open(handle.older);
            count++;
        }
        left = count;
        from.depth = count;
    }
}
