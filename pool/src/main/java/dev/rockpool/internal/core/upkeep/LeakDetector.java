package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.lending.LeaseRecorder;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds leases that last too long, and forgets the holders of slots that are not leased.
 *
 * <p>Single-threaded: belongs to the keeper, and runs after {@link MaintenancePlanner}.
 */
public final class LeakDetector<C> {
    private final Slots<C> slots;
    private final LeaseRecorder<C> recorder;

    public LeakDetector(PoolState<C> state) {
        this.slots = state.slots();
        this.recorder = state.recorder();
    }

    /**
     * A lease that lasts too long.
     *
     * @param held how long it has lasted at least
     * @param first whether it was not reported before
     */
    public record Overdue<C>(Slot<C> slot, long ticket, long held, boolean first) {}

    /**
     * Checks every slot. The caller reports an overdue lease the first time, and reclaims it if its holder has ended.
     *
     * @param threshold how long a lease may last; {@code Long.MAX_VALUE} for no limit
     */
    public List<Overdue<C>> look(long now, long threshold) {
        recorder.look(now, PhaseCounts.of(slots).leases());
        List<Overdue<C>> overdue = new ArrayList<>(0);
        for (Slot<C> slot : slots.all()) {
            slot.forgetHolder();
            long ticket = slot.ticket();
            if (Phase.of(ticket) != Phase.LEASED || isExpected(slot.holder(ticket))) continue;
            long held = MaintenancePlanner.heldFor(slot, now);
            if (held < threshold || !slot.isHeldBy(ticket)) continue;
            overdue.add(new Overdue<>(slot, ticket, held, slot.reportedTicket != ticket));
            slot.reportedTicket = ticket;
            slot.reportedNumber = slot.number();
        }
        return overdue;
    }

    /** A shared pool keeps its carriers, and watches the leases of their streams. */
    private static boolean isExpected(Object holder) {
        return holder == Holder.RESET || holder == Holder.STREAMS;
    }

    /** The numbers of connections whose overdue lease has ended since. Each is returned once. */
    public List<Long> ended() {
        List<Long> ended = new ArrayList<>(0);
        for (Slot<C> slot : slots.all()) {
            if (slot.reportedTicket == 0 || slot.isHeldBy(slot.reportedTicket)) continue;
            slot.reportedTicket = 0;
            ended.add(slot.reportedNumber);
        }
        return ended;
    }

    /** Forgets an overdue lease that was reclaimed, so that its end is not reported. */
    public void reclaimed(Slot<C> slot) {
        slot.reportedTicket = 0;
    }
}
