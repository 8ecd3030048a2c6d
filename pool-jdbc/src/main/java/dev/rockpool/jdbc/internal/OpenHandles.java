package dev.rockpool.jdbc.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * The statements that are open on one connection, as a list through the handles themselves: nothing is allocated for it.
 * Guarded by a monitor of its own, under which nothing but links is touched.
 */
final class OpenHandles {
    private final Object lock = new Object();
    private volatile Handle first;

    boolean isEmpty() {
        return first == null;
    }

    void add(Handle handle) {
        synchronized (lock) {
            handle.listed = true;
            handle.next = first;
            if (first != null) first.previous = handle;
            first = handle;
        }
    }

    void remove(Handle handle) {
        synchronized (lock) {
            if (handle.listed) unlink(handle);
        }
    }

    /** Takes one out, the youngest first; null when there is none. */
    Handle take() {
        synchronized (lock) {
            Handle handle = first;
            if (handle != null) unlink(handle);
            return handle;
        }
    }

    /** Those that are open now, the youngest first. */
    List<Handle> all() {
        List<Handle> handles = new ArrayList<>();
        synchronized (lock) {
            for (Handle handle = first; handle != null; handle = handle.next) handles.add(handle);
        }
        return handles;
    }

    private void unlink(Handle handle) {
        if (handle.previous == null) first = handle.next;
        else handle.previous.next = handle.next;
        if (handle.next != null) handle.next.previous = handle.previous;
        handle.previous = null;
        handle.next = null;
        handle.listed = false;
    }
}
