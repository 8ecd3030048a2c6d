package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;
import java.util.ArrayList;
import java.util.List;

/**
 * Sheds waiters while there are more than can be served. Each priority is judged on its own, so callers who are served first do
 * not hide that the others starve. Guarded by the lock of {@code WaitQueue}; exists only while overload control is configured.
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

    /** Said of a waiter that is served now. */
    public void served(Waiter<C> waiter, long now) {
        overloads[waiter.priority].served(waiter.since, now);
    }

    /** Decides for FAILED and takes out whoever is to be shed now. */
    public List<Waiter<C>> shed(long now) {
        List<Waiter<C>> shed = new ArrayList<>(0);
        for (int i = 0; i < overloads.length; i++) {
            for (Waiter<C> head = queue.line(i).head();
                    head != null;
                    head = queue.line(i).head()) {
                if (!overloads[i].sheds(head.since, now)) break;
                queue.remove(head);
                if (head.fail(overloads[i].shed(head.since, now))) shed.add(head);
            }
        }
        return shed;
    }

    /** When somebody is to be shed if nobody is served before; {@code Long.MAX_VALUE} when nobody waits. */
    public long due() {
        long due = Long.MAX_VALUE;
        for (int i = 0; i < overloads.length; i++) {
            Waiter<C> head = queue.line(i).head();
            if (head != null) due = Math.min(due, overloads[i].due(head.since));
        }
        return due;
    }
}
