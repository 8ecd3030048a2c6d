package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The open statements of one connection, the newest first, as an intrusive stack: it allocates nothing, and opening a
 * statement costs one CAS. Thread-safe, without a lock.
 *
 * <p><b>Closing costs nothing here.</b> A closed handle stays in the stack until a thread that adds or takes a handle
 * meets it. Closed handles at the top are dropped each time. All others are dropped by a sweep when as many handles
 * were added since the last sweep as it left. So the stack is never much larger than twice the number of open handles.
 *
 * <p>A handle is added once. Below it there are only older ones, so several threads may move a link past closed handles
 * at any time.
 */
final class OpenHandles {
    /** Fewer handles than this are not worth a sweep. */
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

    /** How many handles the last sweep left. A hint, because concurrent sweeps may overwrite it. */
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

    /**
     * Takes the newest open handle, which the caller must then end; it is closed for all other threads. Null if there
     * is none.
     */
    Handle take() {
        for (; ; ) {
            Handle handle = youngest;
            if (handle == null) return null;
            if (YOUNGEST.compareAndSet(this, handle, handle.older) && handle.takeOut()) return handle;
        }
    }

    /** The handles that are open now, the newest first. */
    List<Handle> all() {
        List<Handle> all = new ArrayList<>();
        for (Handle handle = open(youngest); handle != null; handle = open(handle.older)) all.add(handle);
        return all;
    }

    /** This handle, or the first open one below it. */
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
