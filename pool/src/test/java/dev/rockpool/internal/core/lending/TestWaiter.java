package dev.rockpool.internal.core.lending;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Preference;

/** A caller that waits. Nobody resumes it: tests look at the actions that would. */
final class TestWaiter extends Waiter<String> {
    private final boolean parks;
    private final Demand<String> demand;

    private TestWaiter(long since, long deadline, boolean parks, Demand<String> demand) {
        super(since, deadline, Priority.NORMAL);
        this.parks = parks;
        this.demand = demand;
    }

    /** A coroutine. */
    static TestWaiter suspended(long since) {
        return suspended(since, Long.MAX_VALUE);
    }

    static TestWaiter suspended(long since, long deadline) {
        return new TestWaiter(since, deadline, false, null);
    }

    /** A platform thread. */
    static TestWaiter parked(long since) {
        return new TestWaiter(since, Long.MAX_VALUE, true, null);
    }

    /** A coroutine of this class, which may be null. */
    static TestWaiter of(CallerClass callers, long since) {
        return new TestWaiter(since, Long.MAX_VALUE, false, new Demand<>(callers, null));
    }

    /** A coroutine that prefers some connections. */
    static TestWaiter preferring(Preference<String> preference, long since) {
        return new TestWaiter(since, Long.MAX_VALUE, false, new Demand<>(null, preference));
    }

    /** A platform thread that prefers some connections. */
    static TestWaiter parkedPreferring(Preference<String> preference, long since) {
        return new TestWaiter(since, Long.MAX_VALUE, true, new Demand<>(null, preference));
    }

    @Override
    public boolean parks() {
        return parks;
    }

    @Override
    public Demand<String> demand() {
        return demand;
    }

    @Override
    public void wake() {
        throw new IllegalStateException("the core never resumes a waiter itself");
    }
}
