package dev.rockpool.internal.engine.acquire;

import dev.rockpool.PoolTracer.WaitOutcome;
import dev.rockpool.Priority;
import dev.rockpool.internal.core.queue.Race;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import dev.rockpool.internal.engine.runtime.Tracing;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A caller that waits in the queues of several pools. The first slot that comes free in any of them ends its wait, and
 * it leaves the other queues before it gets its lease.
 *
 * <p>All places have the same deadline, so the timeout is one bound for all. A pool that is closed, full or down only
 * loses its place. The last such pool gives the caller its error.
 *
 * <p>Each pool counts the caller as waiting, so several may open a connection for it. What is not needed becomes idle.
 * The alternative would be to wait for one pool's connect although another may be faster, or may be the only one that
 * works.
 *
 * @param <T> what the caller gets
 */
public abstract class RacingCaller<C, T> {
    final Race<C> race;
    final Priority priority;
    private final Races<C> all;
    private final List<RacingPlace<C>> places = new CopyOnWriteArrayList<>();
    private final RaceLeasing<C, T> leasing;
    private final long timeout;

    /** Set before the caller joins the first queue. */
    private long number;

    private AcquireQueue<C> first;
    private long began;

    /**
     * @param all the callers that wait in the same pools
     * @param pools in how many pools it waits from the start
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} means no limit
     */
    RacingCaller(Races<C> all, int pools, long timeout, Priority priority, RaceLeasing<C, T> leasing) {
        this.all = all;
        this.race = new Race<>(pools);
        this.timeout = timeout;
        this.priority = priority;
        this.leasing = leasing;
    }

    /** The holder of the lease: a thread, a job, or a {@link dev.rockpool.internal.core.slot.Holder}. */
    protected abstract Object holder();

    /** Resumes the caller, by {@link #lease} or with this failure. Called once, unless it ended the race itself. */
    protected abstract void resume(RacingPlace<C> place, Throwable failure);

    /** Joins the queues of these pools, in this order. The caller may be decided at any moment from then on. */
    final void begin(List<RacePool<C>> pools) {
        first = pools.get(0).queue();
        began = first.getRuntime().now();
        number = all.nextNumber();
        all.began(this);
        Tracing tracing = first.getRuntime().tracing();
        if (tracing != null) tracing.began(this, holder(), priority);
        try {
            for (RacePool<C> pool : pools) {
                if (race.isDecided()) return;
                place(pool).join();
            }
            List<RacePool<C>> present = all.present();
            if (present == pools) return;
            for (RacePool<C> pool : present) if (!pools.contains(pool)) rejoin(pool);
        } catch (Throwable e) { // no stack or no memory: the caller does not wait
            if (cancel()) throw e;
        }
    }

    /** Joins the queue of a pool that has returned, unless it stands there or its wait is over. */
    final void rejoin(RacePool<C> pool) {
        for (RacingPlace<C> place : places) if (place.member == pool.index() && !place.isDecided()) return;
        if (race.enter()) place(pool).join();
    }

    final long number() {
        return number;
    }

    private RacingPlace<C> place(RacePool<C> pool) {
        long left = timeout == Long.MAX_VALUE ? timeout : timeout - waited();
        long now = pool.queue().getRuntime().now();
        long deadline = pool.queue().deadline(now, left);
        RacingPlace<C> place = new RacingPlace<>(this, pool.queue(), pool.index(), now, deadline);
        places.add(place);
        return place;
    }

    private long waited() {
        return first.getRuntime().now() - began;
    }

    /** In how many queues it stands beyond the first one. */
    final int extraPlaces() {
        int queued = 0;
        for (RacingPlace<C> place : places) if (!place.isDecided()) queued++;
        return Math.max(0, queued - 1);
    }

    /** Called by the pool that has decided the race, outside every lock. */
    final void wonBy(RacingPlace<C> winner) {
        leaveAllBut(winner);
        Throwable failure = failureOf(winner);
        boolean served = winner.isServed();
        ended(outcomeOf(winner.outcome()), served ? winner.slot().number() : 0, failure);
        resume(winner, failure);
    }

    private static WaitOutcome outcomeOf(Outcome outcome) {
        return switch (outcome) {
            case SERVED -> WaitOutcome.SERVED;
            case TIMED_OUT -> WaitOutcome.TIMED_OUT;
            default -> WaitOutcome.FAILED;
        };
    }

    private void ended(WaitOutcome outcome, long connection, Throwable failure) {
        Tracing tracing = first.getRuntime().tracing();
        if (tracing != null) tracing.ended(this, outcome, connection, failure);
    }

    /** What the caller gets for the slot of the place that won. */
    final T lease(RacingPlace<C> place) {
        return leasing.lease(place.member, place.slot(), place.ticket());
    }

    /** Returns the slot of a caller that could not take it. */
    final void release(RacingPlace<C> place) {
        place.queue.getRuntime().slots().release(place.slot(), place.ticket());
    }

    /** Cancels the wait. Returns false if it was over. */
    final boolean cancel() {
        if (!race.end(Outcome.CANCELLED)) return false;
        leaveAllBut(null);
        first.getRuntime().counters().cancelled.increment();
        ended(WaitOutcome.CANCELLED, 0, null);
        return true;
    }

    /** Ends the wait of a thread that watches its own deadline. Returns false if it was over. */
    final boolean expire() {
        if (!race.end(Outcome.TIMED_OUT)) return false;
        leaveAllBut(null);
        return true;
    }

    /** The error for a caller that timed out. Only one pool counts it. */
    final Throwable timedOut() {
        Throwable failure = timedOut(first);
        ended(WaitOutcome.TIMED_OUT, 0, failure);
        return failure;
    }

    private Throwable failureOf(RacingPlace<C> winner) {
        if (winner.outcome() == Outcome.TIMED_OUT) return timedOut(winner.queue);
        Throwable failure = winner.settle();
        return failure == null ? null : leasing.failed(failure);
    }

    private Throwable timedOut(AcquireQueue<C> counting) {
        try {
            return leasing.timedOut(counting, waited(), holder());
        } catch (Throwable e) { // not enough memory for the right error
            return e;
        }
    }

    private void leaveAllBut(RacingPlace<C> winner) {
        all.ended(this);
        for (RacingPlace<C> place : places) if (place != winner) place.leave();
    }
}
