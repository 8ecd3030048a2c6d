package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;
import java.util.ArrayList;
import java.util.List;

/**
 * Sheds waiters under overload. Each priority is judged separately, so that high callers served at once do not hide
 * that others starve. Guarded by the lock of {@code WaitQueue}. Exists only while overload control is configured.
 */
public final class LoadShedder<C> {
    private final OverloadSettings settings;
    private final PriorityQueues<C> queue;
    private final CoDel[] overloads = new CoDel[Priority.values().length];

    public LoadShedder(OverloadSettings settings, PriorityQueues<C> queue) {
        this.settings = settings;
        this.queue = queue;
        for (int i = 0; i < overloads.length; i++) overloads[i] = new CoDel(settings);
    }

    public OverloadSettings settings() {
        return settings;
    }

    /** Records that this waiter is served now. */
    public void served(Waiter<C> waiter, long now) {
        overloads[waiter.priority].served(waiter.since, now);
    }

    /** Removes and fails the waiters that must be shed now. */
    public List<Waiter<C>> shed(long now) {
        List<Waiter<C>> shed = new ArrayList<>(0);
        for (int i = 0; i < overloads.length; i++) {
            for (Waiter<C> head = queue.lane(i).head();
                    head != null;
                    head = queue.lane(i).head()) {
                if (!overloads[i].sheds(head.since, now)) break;
                queue.remove(head);
                if (head.fail(overloads[i].shed(head.since, now))) shed.add(head);
            }
        }
        return shed;
    }

    /** When the next waiter must be shed unless a waiter is served before; {@code Long.MAX_VALUE} if none waits. */
    public long due() {
        long due = Long.MAX_VALUE;
        for (int i = 0; i < overloads.length; i++) {
            Waiter<C> head = queue.lane(i).head();
            if (head != null) due = Math.min(due, overloads[i].due(head.since));
        }
        return due;
    }
}
