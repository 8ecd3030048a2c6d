package dev.rockpool.internal.share;

import dev.rockpool.internal.core.slot.Slot;
import java.util.concurrent.CompletableFuture;

/**
 * A caller that holds a stream and wants its carrier alone. Completes with true when no other stream is left, and with
 * false if the carrier died, or the stream was taken away, before.
 */
public final class ExclusiveTurn<C> extends CompletableFuture<Boolean> {
    final Slot<C> slot;

    /** Guarded by {@link Carriers}. */
    Carrier<C> carrier;

    /** Whether it has the carrier alone now, or had it. Guarded by {@link Carriers}. */
    boolean granted;

    /** @param slot the stream that the caller holds */
    public ExclusiveTurn(Slot<C> slot) {
        this.slot = slot;
    }
}
