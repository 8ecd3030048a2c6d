package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * The work that is due now. Every slot in it has already changed its phase, so the keeper must act on each.
 *
 * @param <C> what is pooled
 */
public final class Plan<C> {
    private final List<Slot<C>> open = new ArrayList<>(0);
    private final List<Slot<C>> probe = new ArrayList<>(0);
    private final List<Slot<C>> close = new ArrayList<>(0);
    private long nextLook = Long.MAX_VALUE;

    /** Slots that are OPENING now. */
    public List<Slot<C>> open() {
        return open;
    }

    /** Slots that are PROBING now. */
    public List<Slot<C>> probe() {
        return probe;
    }

    /** Slots that are CLOSING now. */
    public List<Slot<C>> close() {
        return close;
    }

    boolean hasWork() {
        return !(open.isEmpty() && probe.isEmpty() && close.isEmpty());
    }

    /** When to look again if nothing happens before; {@code Long.MAX_VALUE} for never. */
    public long nextLook() {
        return nextLook;
    }

    void lookAt(long time) {
        nextLook = Math.min(nextLook, time);
    }
}
