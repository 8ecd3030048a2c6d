package dev.rockpool.internal.engine.runtime;

import java.util.concurrent.atomic.LongAdder;

/** Counts events since the pool was created. Leases are counted in the slots. Updated only on slow paths. */
public final class Counters {
    public final LongAdder opened = new LongAdder();
    public final LongAdder openFailed = new LongAdder();
    public final LongAdder closed = new LongAdder();
    public final LongAdder timedOut = new LongAdder();
    public final LongAdder cancelled = new LongAdder();
    public final LongAdder rejected = new LongAdder();
    public final LongAdder shed = new LongAdder();
    public final LongAdder leaked = new LongAdder();
    public final LongAdder reclaimed = new LongAdder();
}
