package dev.rockpool.internal.engine

import java.util.concurrent.atomic.LongAdder

/**
 * What happened since the pool was created, but for leases: those are counted in the slots. Touched on slow paths only.
 */
internal class Counters {
    internal val opened = LongAdder()
    internal val openFailed = LongAdder()
    internal val closed = LongAdder()
    internal val timedOut = LongAdder()
    internal val cancelled = LongAdder()
    internal val rejected = LongAdder()
    internal val shed = LongAdder()
    internal val leaked = LongAdder()
    internal val reclaimed = LongAdder()
}
