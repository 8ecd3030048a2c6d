package dev.rockpool.internal.engine.acquire;

import dev.rockpool.internal.core.lending.Enqueued;
import dev.rockpool.internal.core.queue.RaceEntry;

/** The place of a {@link RacingCaller} in the queue of one pool. */
public final class RacingPlace<C> extends RaceEntry<C> {
    final AcquireQueue<C> queue;

    /** Which of the caller's pools this is. */
    final int member;

    private final RacingCaller<C, ?> caller;

    /** Why the pool did not let the caller wait; null if it did. Written before the place fails. */
    private Enqueued refusal;

    RacingPlace(RacingCaller<C, ?> caller, AcquireQueue<C> queue, int member, long now, long deadline) {
        super(caller.race, now, deadline, caller.priority);
        this.caller = caller;
        this.queue = queue;
        this.member = member;
    }

    @Override
    public Object holder() {
        return caller.holder();
    }

    /** Called by the pool that has decided the race. */
    @Override
    public void wake() {
        caller.wonBy(this);
    }

    /** Queues the caller here, unless the race is over. */
    void join() {
        Enqueued enqueued = queue.join(this);
        if (enqueued != Enqueued.WAITS) {
            refusal = enqueued;
            if (decide(Outcome.FAILED)) wake();
        }
        // The race may have been decided before this place was in the queue. Then its decider has not removed it.
        if (race.isDecided() && !race.isWonBy(this)) leave();
    }

    /** Leaves the queue of a race that was decided elsewhere. */
    void leave() {
        withdraw();
        queue.getRuntime().slots().leave(this);
    }

    /** Null if the caller was served here, else the error for it. Called once, for the place that won. */
    Throwable settle() {
        return refusal == null ? queue.settle(this) : queue.getErrors().refused(refusal);
    }
}
