package dev.rockpool.internal.engine

import java.util.concurrent.atomic.LongAdder

/**
 * What happened since the pool was created, but for leases: those are counted in the slots. Touched on slow paths only.
 */
public class Counters internal constructor() {
    internal val opened = LongAdder()
    internal val openFailed = LongAdder()
    internal val closed = LongAdder()
    internal val timedOut = LongAdder()
    public val cancelled: LongAdder = LongAdder()
    internal val rejected = LongAdder()
}
