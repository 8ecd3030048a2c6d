package dev.rockpool.testing

import java.util.concurrent.atomic.AtomicInteger

/**
 * A connection to nowhere that remembers what was done to it. Thread-safe.
 *
 * @property number counted from 1 in the order of arrival
 */
public class FakeConnection(public val number: Int) {
    private val closes = AtomicInteger()
    private val aborts = AtomicInteger()
    private val probes = AtomicInteger()
    private val resets = AtomicInteger()

    /** Set by a test: the next look at it says that it must be closed. */
    @Volatile public var isBroken: Boolean = false

    /** Set by a test: the next look at it says that it must be reset. */
    @Volatile public var isDirty: Boolean = false

    /** Set by a test: the call that it is in, another number for each; 0 for none. */
    @Volatile public var callUnderWay: Long = 0

    /** Set by a test: the other side does not work for it any more. */
    @Volatile public var isLost: Boolean = false

    /** How often it was closed; more than once is a fault of the pool. */
    public val closeCount: Int
        get() = closes.get()

    public val abortCount: Int
        get() = aborts.get()

    public val probeCount: Int
        get() = probes.get()

    public val resetCount: Int
        get() = resets.get()

    public val isClosed: Boolean
        get() = closeCount > 0

    @JvmSynthetic
    internal fun closed() {
        closes.incrementAndGet()
    }

    @JvmSynthetic
    internal fun aborted() {
        aborts.incrementAndGet()
    }

    @JvmSynthetic
    internal fun probed() {
        probes.incrementAndGet()
    }

    @JvmSynthetic
    internal fun wasReset() {
        resets.incrementAndGet()
        isDirty = false
    }

    override fun toString(): String = "fake connection $number"
}
