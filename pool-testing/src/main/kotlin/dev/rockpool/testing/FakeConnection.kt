package dev.rockpool.testing

import java.util.concurrent.atomic.AtomicInteger

/**
 * A fake connection that counts the calls made to it. Thread-safe.
 *
 * @property number counts connections from 1, in the order in which they were opened
 */
public class FakeConnection(public val number: Int) {
    private val closes = AtomicInteger()
    private val aborts = AtomicInteger()
    private val probes = AtomicInteger()
    private val resets = AtomicInteger()

    /** Set by a test: `inspect` then reports `BROKEN`, and probes fail. */
    @Volatile public var isBroken: Boolean = false

    /** Set by a test: `inspect` then reports `DIRTY`, until the connection is reset. */
    @Volatile public var isDirty: Boolean = false

    /** Set by a test: the number of the call that is running, a new number for each call; 0 for none. */
    @Volatile public var callUnderWay: Long = 0

    /** Set by a test: the server no longer works for this connection, so `findLost` reports it. */
    @Volatile public var isLost: Boolean = false

    /** How often it was closed. More than once is a fault of the pool. */
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
