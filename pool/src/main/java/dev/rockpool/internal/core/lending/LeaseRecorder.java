package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.stats.LatencyStats;
import dev.rockpool.internal.core.stats.Sampling;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Records leases: the times of a sample of them and, if requested, an event and a stack trace for each.
 *
 * <p>Each lease costs one read of one field: a mask over the tickets decides which leases are recorded.
 */
public final class LeaseRecorder<C> {
    private final LongSupplier clock;
    private final LongConsumer mask;
    private final LatencyStats times;
    private final Sampling sampling;
    private volatile LeaseListener listener;
    private volatile LeaseSampleListener samples;
    private volatile boolean tracing;

    /** @param mask receives the mask of the leases to record: those whose ticket has none of these bits */
    LeaseRecorder(LongSupplier clock, LongConsumer mask) {
        this.clock = clock;
        this.mask = mask;
        long now = clock.getAsLong();
        this.times = new LatencyStats(now);
        this.sampling = new Sampling(now);
    }

    public LatencyStats times() {
        return times;
    }

    /** Sets the listener of all leases; null for none. */
    public void listener(LeaseListener listener) {
        this.listener = listener;
        choose();
    }

    /** Sets the listener of measured leases. */
    public void samples(LeaseSampleListener listener) {
        samples = listener;
    }

    /** Sets whether to capture the stack where each lease is acquired. */
    public void traceLeases(boolean on) {
        if (tracing == on) return;
        tracing = on;
        choose();
    }

    /** Adjusts the sample to the number of leases so far. Called by the keeper. */
    public void look(long now, long leases) {
        if (sampling.look(now, leases)) choose();
    }

    private void choose() {
        mask.accept(listener != null || tracing ? 0 : sampling.mask());
    }

    /** Captures the caller's stack; null if that is off. */
    Throwable here() {
        return tracing ? new AcquiredHere() : null;
    }

    /** Records a slot lent at once, to the calling thread or coroutine. */
    void began(Slot<C> slot, long ticket) {
        if (tracing) slot.traced(ticket, new AcquiredHere());
        if ((ticket & sampling.mask()) == 0) measure(slot, ticket, clock.getAsLong());
        sendAcquired(slot);
    }

    /** Records a slot lent to a waiter. {@code recorded} tells whether its ticket matches the mask. */
    void served(Waiter<C> waiter, boolean recorded) {
        long now = clock.getAsLong();
        times.waited(now - waiter.since);
        if (!recorded) return;
        Slot<C> slot = waiter.slot();
        if ((waiter.ticket() & sampling.mask()) == 0) measure(slot, waiter.ticket(), now);
        sendAcquired(slot);
    }

    private void sendAcquired(Slot<C> slot) {
        LeaseListener target = listener;
        if (target != null) target.acquired(slot.number());
    }

    private void measure(Slot<C> slot, long ticket, long now) {
        times.acquired(now, slot.lentAt(ticket, now), sampling.weight());
        if (sampling.count(now)) choose();
    }

    /** Records the end of a lease. Called by its holder just before. */
    void ends(Slot<C> slot, long ticket) {
        if ((ticket & sampling.mask()) != 0) return;
        long now = clock.getAsLong();
        long used = slot.freedAt(ticket, now);
        times.released(now, used, sampling.weight());
        LeaseSampleListener target = samples;
        if (target != null && used >= 0) target.ended(slot.number(), slot.holder(ticket), used);
    }

    /** Sends the event of an ended lease. */
    public void ended(long connection) {
        LeaseListener target = listener;
        if (target != null) target.released(connection);
    }

    /** Carries the stack where a connection was acquired. Not an error. */
    private static final class AcquiredHere extends Throwable {
        private static final long serialVersionUID = 1L;

        AcquiredHere() {
            super("acquired here");
        }
    }
}
