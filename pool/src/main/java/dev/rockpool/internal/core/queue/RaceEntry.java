package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;

/**
 * The place of a {@link Race}'s caller in the queue of one pool.
 *
 * <p>It never counts as a parked thread: a woken thread would have to look for a slot in each pool, and newcomers could
 * overtake it in all of them.
 */
public abstract class RaceEntry<C> extends Waiter<C> {
    protected final Race<C> race;

    /**
     * @param since when the wait began, by this pool's clock
     * @param deadline when to time out, by this pool's clock; {@code Long.MAX_VALUE} for never
     */
    protected RaceEntry(Race<C> race, long since, long deadline, Priority priority) {
        super(since, deadline, priority);
        this.race = race;
    }

    @Override
    public final boolean parks() {
        return false;
    }

    /** Decides the whole race, except that a failure decides it only if every other entry has failed. */
    @Override
    public final boolean decide(Outcome outcome) {
        if (outcome == Outcome.FAILED) return decideAlone(outcome) && race.isLastFailure() && race.claim(this);
        return race.claim(this) && decideAlone(outcome);
    }

    /** Marks an entry of a race that was decided elsewhere. Its caller then removes it from the queue. */
    public final void withdraw() {
        if (!race.isWonBy(this)) decideAlone(Outcome.CANCELLED);
    }
}
