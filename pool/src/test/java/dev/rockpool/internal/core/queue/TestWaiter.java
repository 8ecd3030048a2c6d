package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.slot.Preference;

/** A caller that waits. Nobody resumes it: tests look at its outcome, or at the actions that would resume it. */
public final class TestWaiter extends Waiter<String> {
    private static final long NEVER = Long.MAX_VALUE;

    private final boolean parks;
    private final Demand<String> demand;

    private TestWaiter(boolean parks, long since, long deadline, Priority priority, Demand<String> demand) {
        super(since, deadline, priority);
        this.parks = parks;
        this.demand = demand;
    }

    private static TestWaiter of(boolean parks, long since, long deadline) {
        return new TestWaiter(parks, since, deadline, Priority.NORMAL, null);
    }

    /** A coroutine. */
    public static TestWaiter suspended(long since) {
        return of(false, since, NEVER);
    }

    public static TestWaiter suspended(long since, long deadline) {
        return of(false, since, deadline);
    }

    /** A coroutine with this deadline. */
    static TestWaiter until(long deadline) {
        return of(false, 0, deadline);
    }

    /** A platform thread. */
    public static TestWaiter parked(long since) {
        return of(true, since, NEVER);
    }

    /** A platform thread with this deadline. */
    static TestWaiter parkedUntil(long deadline) {
        return of(true, 0, deadline);
    }

    /** A coroutine of this priority. */
    static TestWaiter of(Priority priority, long since) {
        return new TestWaiter(false, since, NEVER, priority, null);
    }

    /** A platform thread of this priority. */
    static TestWaiter parkedOf(Priority priority, long since) {
        return new TestWaiter(true, since, NEVER, priority, null);
    }

    /** A coroutine of this class, which may be null. */
    public static TestWaiter of(CallerClass callers, long since) {
        return demanding(false, since, new Demand<>(callers, null));
    }

    /** A coroutine that prefers some connections. */
    public static TestWaiter preferring(Preference<String> preference, long since) {
        return demanding(false, since, new Demand<>(null, preference));
    }

    /** A platform thread that prefers some connections. */
    public static TestWaiter parkedPreferring(Preference<String> preference, long since) {
        return demanding(true, since, new Demand<>(null, preference));
    }

    /** A coroutine with this demand. */
    static TestWaiter demanding(Demand<String> demand) {
        return demanding(false, 0, demand);
    }

    private static TestWaiter demanding(boolean parks, long since, Demand<String> demand) {
        return new TestWaiter(parks, since, NEVER, Priority.NORMAL, demand);
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
        throw new AssertionError("the core resumes nobody");
    }
}
