package dev.rockpool.internal.share;

import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayList;
import java.util.List;

/** What a verb of {@link Carriers} asks to be done after its lock is released. Not thread-safe. */
public final class Steps<C> {
    final List<Carrier<C>> givenBack = new ArrayList<>(0);
    final List<Slot<C>> closes = new ArrayList<>(0);
    final List<Slot<C>> aborts = new ArrayList<>(0);
    final List<ExclusiveTurn<C>> decided = new ArrayList<>(0);
    final List<Opening<C>> served = new ArrayList<>(0);
    final List<Opening<C>> failed = new ArrayList<>(0);
    Throwable failure;
    int leases;
    boolean cancelsLeases;
    boolean freesRoom;

    /** Streams whose slots are CLOSING now. */
    public List<Slot<C>> closes() {
        return closes;
    }

    /** Streams that were seized from their callers, or from a probe, and are CLOSING now. */
    public List<Slot<C>> aborts() {
        return aborts;
    }

    /** How many carriers to lease from the base pool. */
    public int leases() {
        return leases;
    }

    /** Whether no carrier that is being leased is needed any more. */
    public boolean cancelsLeases() {
        return cancelsLeases;
    }

    /** Whether a carrier has room that no stream waits for. */
    public boolean freesRoom() {
        return freesRoom;
    }

    /** Gives carriers back, first of all: then calls that hang on a dead one fail. */
    public void giveBack() {
        for (Carrier<C> carrier : givenBack) carrier.giveBack();
    }

    /** Completes what waited. */
    public void complete() {
        for (ExclusiveTurn<C> turn : decided) turn.complete(turn.granted);
        for (Opening<C> opening : served) opening.complete(opening.carrier.connection());
        for (Opening<C> opening : failed) opening.completeExceptionally(failure);
    }
}
