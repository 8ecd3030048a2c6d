package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.stats.LatencyStats;
import dev.rockpool.internal.core.stats.Sampling;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Records leases: the times of a sample of them and, while somebody asks for it, an event and a stack trace for each.
 *
 * <p>A lease pays for one look at one field. A mask over the tickets says which leases are noted, so one test decides
 * about all of this.
 */
public final class LeaseRecorder<C> {
    private final LongSupplier clock;
    private final LongConsumer chosen;
    private final LatencyStats times;
    private final Sampling sampling;
    private volatile LeaseListener listener;
    private volatile boolean tracing;

    /**
     * @param chosen hears which leases are to be noted: those whose ticket has none of these bits
     */
    LeaseRecorder(LongSupplier clock, LongConsumer chosen) {
        this.clock = clock;
        this.chosen = chosen;
        long now = clock.getAsLong();
        this.times = new LatencyStats(now);
        this.sampling = new Sampling(now);
    }

    public LatencyStats times() {
        return times;
    }

    /** Tells this listener of every lease; null for nobody. */
    public void tellLeases(LeaseListener listener) {
        this.listener = listener;
        choose();
    }

    /** Whether it is kept where each lease is acquired. */
    public void traceLeases(boolean on) {
        if (tracing == on) return;
        tracing = on;
        choose();
    }

    /** The keeper looks: so many leases were given by now. */
    public void look(long now, long leases) {
        if (sampling.look(now, leases)) choose();
    }

    private void choose() {
        chosen.accept(listener != null || tracing ? 0 : sampling.mask());
    }

    /** Where the caller is; null unless it is to be kept. */
    Throwable here() {
        return tracing ? new AcquiredHere() : null;
    }

    /** The slot was lent at once, to whoever says this. */
    void began(Slot<C> slot, long ticket) {
        if (tracing) slot.traced(ticket, new AcquiredHere());
        if ((ticket & sampling.mask()) == 0) measure(slot, ticket, clock.getAsLong());
        tellAcquired(slot);
    }

    /** The slot was lent to a waiter; whether the lease is to be noted, too. */
    void served(Waiter<C> waiter, boolean noted) {
        long now = clock.getAsLong();
        times.waited(now - waiter.since);
        if (!noted) return;
        Slot<C> slot = waiter.slot();
        if ((waiter.ticket() & sampling.mask()) == 0) measure(slot, waiter.ticket(), now);
        tellAcquired(slot);
    }

    private void tellAcquired(Slot<C> slot) {
        LeaseListener told = listener;
        if (told != null) told.acquired(slot.number());
    }

    private void measure(Slot<C> slot, long ticket, long now) {
        times.acquired(now, slot.lentAt(ticket, now));
        if (sampling.count(now)) choose();
    }

    /** The lease ends now; said before it does, by its holder. */
    void ends(Slot<C> slot, long ticket) {
        if ((ticket & sampling.mask()) != 0) return;
        long now = clock.getAsLong();
        times.released(now, slot.freedAt(ticket, now));
    }

    /** The lease has ended. */
    public void ended(long connection) {
        LeaseListener told = listener;
        if (told != null) told.released(connection);
    }

    /** Says where a connection was acquired. Not an error. */
    private static final class AcquiredHere extends Throwable {
        private static final long serialVersionUID = 1L;

        AcquiredHere() {
            super("acquired here");
        }
    }
}
