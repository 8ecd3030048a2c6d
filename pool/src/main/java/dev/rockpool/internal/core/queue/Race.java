package dev.rockpool.internal.core.queue;

import dev.rockpool.internal.core.queue.Waiter.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The arbiter of one caller that waits in the queues of several pools, with a {@link RaceEntry} in each. One
 * compare-and-set decides the caller, whichever pool is first.
 *
 * <p><b>Key idea.</b> A pool decides the head of its queue by {@link Waiter#decide}. An entry asks the arbiter there.
 * So a pool that comes second finds the entry decided, as if its caller had been cancelled, and serves the next one. No
 * pool ever waits for the lock of another.
 *
 * <p><b>Invariants.</b> At most one entry wins, or the caller ends the race itself. An entry that fails, such as in a
 * pool that was closed, only leaves the race. The last one to fail decides it.
 *
 * <p>Tested by {@code RaceTest}, {@code RaceLincheckTest} and {@code BalanceRaceLaws}. Thread-safe.
 */
public final class Race<C> {
    /** The entry that won; an {@link Outcome} if the caller ended the race itself; null while it lasts. */
    private final AtomicReference<Object> decided = new AtomicReference<>();

    /** How many entries may still win. */
    private final AtomicInteger left;

    /** @param entries how many entries take part from the start; the race is not lost before all have failed */
    public Race(int entries) {
        left = new AtomicInteger(entries);
    }

    /** Adds an entry for one more pool. Returns false if the race is over. */
    public boolean enter() {
        int before = left.get();
        while (before > 0 && !isDecided()) {
            if (left.compareAndSet(before, before + 1)) return true;
            before = left.get();
        }
        return false;
    }

    public boolean isDecided() {
        return decided.get() != null;
    }

    /** Whether this entry has decided the race. */
    public boolean isWonBy(RaceEntry<C> entry) {
        return decided.get() == entry;
    }

    /** The caller ends the race itself: it timed out or was cancelled. Returns false if the race was decided before. */
    public boolean end(Outcome outcome) {
        return decided.compareAndSet(null, outcome);
    }

    boolean claim(RaceEntry<C> entry) {
        return decided.compareAndSet(null, entry);
    }

    /** An entry has failed. Returns true if it was the last one. */
    boolean isLastFailure() {
        return left.decrementAndGet() == 0;
    }
}
