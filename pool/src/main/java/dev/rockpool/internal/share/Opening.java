package dev.rockpool.internal.share;

import java.util.concurrent.CompletableFuture;

/** A stream that is being opened: it waits for a place on a carrier. Completes with the carrier's connection. */
public final class Opening<C> extends CompletableFuture<C> {
    /** Where it has a place. Guarded by {@link Carriers}. */
    Carrier<C> carrier;
}
