package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;

/** A waiter whose outcome the test looks at. */
final class TestWaiter extends Waiter<String> {
    private final boolean parks;
    private final Demand<String> demand;

    private TestWaiter(boolean parks, long since, long deadline, Priority priority, Demand<String> demand) {
        super(since, deadline, priority);
        this.parks = parks;
        this.demand = demand;
    }

    /** A parked thread. */
    static TestWaiter thread(long deadline) {
        return new TestWaiter(true, 0, deadline, Priority.NORMAL, null);
    }

    /** A coroutine with this deadline. */
    static TestWaiter until(long deadline) {
        return new TestWaiter(false, 0, deadline, Priority.NORMAL, null);
    }

    /** A coroutine of this priority that has waited since then. */
    static TestWaiter of(Priority priority, long since) {
        return new TestWaiter(false, since, Long.MAX_VALUE, priority, null);
    }

    /** A thread of this priority that has waited since then. */
    static TestWaiter threadOf(Priority priority, long since) {
        return new TestWaiter(true, since, Long.MAX_VALUE, priority, null);
    }

    static TestWaiter demanding(Demand<String> demand) {
        return new TestWaiter(false, 0, Long.MAX_VALUE, Priority.NORMAL, demand);
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
        throw new AssertionError("the queue resumes nobody");
    }
}
