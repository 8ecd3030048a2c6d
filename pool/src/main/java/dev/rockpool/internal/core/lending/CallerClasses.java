package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.Waiter;
import java.util.List;

/** Creates, changes and counts the classes of callers of a pool. Thread-safe. */
public final class CallerClasses<C> {
    private final WaitQueue<C> waiters;
    private final HandOver<C> handOver;

    CallerClasses(WaitQueue<C> waiters, HandOver<C> handOver) {
        this.waiters = waiters;
        this.handOver = handOver;
    }

    /**
     * The class of this name, created if there is none.
     *
     * @param size how many connections the pool may have
     * @param problems gets what is wrong; then null is returned and nothing has changed
     */
    public CallerClass getOrCreate(String name, int max, int reserved, int size, List<String> problems) {
        return waiters.withQuotas(size, quotas -> {
            CallerClass found = quotas.find(name);
            if (found == null) {
                check(quotas, name, null, max, reserved, size, problems);
                if (!problems.isEmpty()) return null;
                CallerClass created = new CallerClass(name, max, reserved);
                quotas.add(created);
                return created;
            }
            if (found.max() == max && found.reserved() == reserved) return found;
            problems.add("callers '" + name + "' exist with max " + found.max() + " and reserved " + found.reserved()
                    + ", so they cannot be created with max " + max + " and reserved " + reserved
                    + "; change their limits instead");
            return null;
        });
    }

    /** Changes the limits of a class, unless there are problems. */
    public void limit(CallerClass callers, int max, int reserved, int size, List<String> problems) {
        waiters.withQuotas(size, quotas -> {
            check(quotas, callers.name(), callers, max, reserved, size, problems);
            if (problems.isEmpty()) callers.limit(max, reserved);
            return null;
        });
    }

    /** The pool may have this many connections from now on, which may change what quotas allow. */
    Actions<C> size(int size) {
        waiters.withQuotas(size, quotas -> {
            quotas.size(size);
            return null;
        });
        return changed();
    }

    /** Serves callers that were held back before. Called after limits have changed. */
    public Actions<C> changed() {
        return handOver.serveNewlyAllowed();
    }

    private static void check(
            Quotas<?> quotas, String name, CallerClass self, int max, int reserved, int size, List<String> problems) {
        String who = "callers '" + name + "': ";
        if (name.isBlank()) problems.add("the name of the callers is '" + name + "' but must not be blank");
        if (max < 1) problems.add(who + "max is " + max + " but must be at least 1");
        if (reserved < 0 || max >= 1 && reserved > max)
            problems.add(who + "reserved is " + reserved + " but must be between 0 and max, which is " + max);
        int others = quotas.reservedBesides(self);
        if (reserved > 0 && reserved + others > size)
            problems.add(who + "reserved is " + reserved + " but must be at most " + (size - others) + ": of maxSize "
                    + size + ", " + others + " are reserved for others");
    }

    /** How many places are reserved in all. */
    int reserved() {
        return waiters.withQuotas(0, quotas -> quotas.reservedBesides(null)); // they exist already
    }

    /** The present use of a quota. The callers may be null, for those without a class. */
    public QuotaCount count(CallerClass callers, int size) {
        List<Waiter<C>> waiting = waiters.all(); // not inside, because the lock cannot be acquired twice
        return waiters.withQuotas(size, quotas -> quotas.use(waiting, callers));
    }
}
