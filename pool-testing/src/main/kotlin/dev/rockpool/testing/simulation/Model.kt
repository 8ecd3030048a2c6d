package dev.rockpool.testing.simulation

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.BucketMovingException
import dev.rockpool.ConnectFailedException
import dev.rockpool.InvalidConfigException
import dev.rockpool.Lease
import dev.rockpool.LeaseMisuseException
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.ReshardTimeoutException
import dev.rockpool.internal.core.slot.Phase

/**
 * Tracks what callers and factory know: who waits, who holds what, what is open. Checks whether each answer of the pool
 * was allowed. [INVARIANTS] holds what must be true whatever the answers are.
 */
internal class Model(private val simulation: SimulationState) {
    private val clock = simulation.clock
    private val violations = simulation.violations
    private val trace = simulation.trace
    private var calls = 0
    private var acquiring: Call? = null

    /** Waiting calls, in order of arrival. */
    val queue: MutableList<Call> = ArrayList()
    val held: MutableList<Held> = ArrayList()
    val returning: MutableList<Held> = ArrayList()

    /** Every connection that was ever opened. */
    val connections: MutableList<SimulatedConnection> = ArrayList()

    /** Connections that the pool has not begun to close. */
    val live: MutableList<SimulatedConnection> = ArrayList()
    /** How often all connections were evicted. */
    var evictions: Int = 0
        private set

    var timeouts: Long = 0
        private set

    var rejections: Long = 0
        private set

    var failures: Long = 0
        private set

    var cancellations: Long = 0
        private set

    fun started(create: (Int) -> Call): Call {
        val call = create(++calls)
        call.caller.call = call
        acquiring = call
        trace.note { "$call starts${if (call.canWait) ", timeout ${call.timeout}" else ", without waiting"}" }
        return call
    }

    /** The step is over: a caller that acquired in it and got no answer is now waiting. */
    fun stepEnded() {
        if (returning.isNotEmpty()) returning.removeAll { it.lease != null && !isOut(it) }
        val call = acquiring ?: return
        acquiring = null
        if (call.state != Call.State.ACQUIRING) return
        call.state = Call.State.WAITING
        queue += call
    }

    /** Whether its slot is still leased, because a reset in the background takes time. */
    fun isOut(held: Held): Boolean =
        held.connection.holder === held &&
            simulation.slots().any { it.phase() == Phase.LEASED && it.connection() === held.connection }

    /** A waiting caller was resumed: its call was just decided. */
    fun readied(caller: Caller) {
        val call = caller.call ?: return
        if (call.state != Call.State.WAITING) return
        call.state = Call.State.DECIDED
        call.decidedAt = circumstances()
        queue.remove(call)
        call.passed = queue.firstOrNull { mustPrecede(it, call) }
        trace.note { "$call is decided" }
    }

    /**
     * Whether [one] must be served before [other]. Different priorities may be served in any order, because low ones
     * get a share.
     */
    private fun mustPrecede(one: Call, other: Call): Boolean =
        one.number < other.number && one.priority == other.priority

    private fun circumstances() = Circumstances(evictions, simulation.pool.control.isPaused)

    fun served(call: Call, connection: SimulatedConnection, lease: Lease<SimulatedConnection>?): Held {
        trace.note { "$call gets $connection" }
        val waited = call.state == Call.State.DECIDED
        over(call)
        val then = call.decidedAt ?: circumstances()
        violations.require(!then.isPaused) { "$call got $connection during a pause" }
        violations.require(connection.evictionsAtOpen >= then.evictions) { "$call got $connection, which was evicted" }
        violations.require(!call.startedAfterClose) { "$call started after close, but got $connection" }
        violations.require(waited || queue.isEmpty()) { "$call overtook ${queue.first()} and got $connection" }
        violations.require(call.passed == null) { "$call was served before ${call.passed}" }
        violations.require(connection.holder?.state != Held.State.HELD) { "$call got ${connection.holder}" }
        violations.require(connection.closes == 0) { "$call got $connection, which is closed" }
        connection.clash("lent to $call", clock.now)?.let(violations::report)
        if (call.canWait && !simulation.schedule.jumpsAhead) checkTrusted(call, connection)
        violations.require(!connection.isStale || !call.canWait) {
            "$call got $connection unprobed after another connection died"
        }
        violations.require(!connection.endedWhileKept || !call.canWait) {
            "$call got $connection unprobed, although a peek sees that its session has ended"
        }
        connection.endedWhileKept = false
        connection.isStale = false
        connection.isUsed = true
        return Held(call, connection, lease).also {
            connection.holder = it
            held += it
        }
    }

    /**
     * A connection may be lent if it was used or probed within the trust window. The keeper measures that with a
     * precision of one tick. With a window of zero, it must have been probed, or opened, since its last use.
     */
    private fun checkTrusted(call: Call, connection: SimulatedConnection) {
        val window = simulation.config.trustWindow?.inWholeMilliseconds ?: return
        if (window == 0L)
            violations.require(!connection.isUsed) { "$call got $connection, which was used and not probed since" }
        val idle = clock.now - connection.trustedAt
        val allowed = window + simulation.config.statsInterval.inWholeMilliseconds
        violations.require(idle <= allowed) { "$call got $connection unprobed after $idle ms idle" }
    }

    /** A call failed. Checks that this answer was allowed, and at the right time. */
    fun refused(call: Call, answer: PoolException) {
        trace.note { "$call fails: ${answer::class.simpleName}" }
        val waited = call.state == Call.State.DECIDED
        over(call)
        when (answer) {
            is AcquireTimeoutException -> timedOut(call)
            is PoolExhaustedException -> {
                rejections++
                val limit = simulation.config.maxPending
                violations.require(!waited && limit != null && answer.stats.pending >= limit) {
                    "$call was rejected with ${answer.stats.pending} waiting, and maxPending is $limit"
                }
            }
            is PoolClosedException ->
                violations.require(simulation.closing.isRequested) {
                    "$call failed because the pool is closed, but it is not"
                }
            is ConnectFailedException -> {
                failures++
                violations.require(simulation.faults.refusedAt >= call.startedAt || mayFailFast()) {
                    "$call failed with a permanent failure that did not happen while it waited"
                }
            }
            is LeaseMisuseException ->
                violations.require(simulation.closing.isForced) { "$call was served a lease that had already ended" }
            is InvalidConfigException,
            is BucketMovingException,
            is ReshardTimeoutException -> violations.report("$call failed with $answer")
        }
        violations.require(
            !call.startedAfterClose || answer is PoolClosedException || call.deadline <= call.startedAt
        ) {
            "$call started after close, but failed with $answer"
        }
    }

    /** Whether the pool may have been down for so long that callers fail at once. */
    private fun mayFailFast(): Boolean {
        val limit = simulation.config.failFastAfter ?: return false
        return clock.now >= limit.inWholeMilliseconds
    }

    /** A `tryAcquire` returned null. */
    fun nothing(call: Call) {
        trace.note { "$call gets nothing" }
        over(call)
        violations.require(queue.isNotEmpty() || simulation.pool.control.isPaused || nothingIdle()) {
            "$call got nothing, although a connection is idle and no caller waits"
        }
    }

    private fun nothingIdle() = simulation.slots().none { it.phase() == Phase.IDLE && !it.isRetired }

    private fun timedOut(call: Call) {
        timeouts++
        val late = clock.now - call.deadline
        violations.require(if (simulation.schedule.jumpsAhead) late >= 0 else late == 0L) {
            "$call timed out ${if (late > 0) "$late ms too late" else "${-late} ms too early"}"
        }
    }

    fun cancelled(call: Call) {
        trace.note { "$call was cancelled" }
        violations.require(call.caller.isCancelled) { "$call was cancelled, but not its caller" }
        cancellations++
        over(call)
    }

    private fun over(call: Call) {
        if (acquiring === call) acquiring = null
        queue.remove(call)
        call.state = Call.State.OVER
        call.caller.call = null
    }

    /** A lease is about to be ended, by its holder or another coroutine. Returns false if it was ended before. */
    fun returns(held: Held): Boolean {
        if (held.state != Held.State.HELD) return false
        trace.note { "$held is returned" }
        held.state = Held.State.RETURNING
        held.returningSince = clock.now
        held.connection.trustedAt = clock.now
        held.connection.usedAt = clock.now
        this.held -= held
        returning += held
        return true
    }

    /** A connection was found dead: every idle one must now be probed before it is lent to a caller that can wait. */
    fun markIdleStale() {
        for (slot in simulation.slots()) if (slot.phase() == Phase.IDLE) slot.connection().isStale = true
    }

    fun ended(held: Held) {
        held.state = Held.State.ENDED
        returning -= held
    }

    /** All connections that are open or being opened must not be lent any more. */
    fun evictedAll() {
        evictions++
    }

    /** A connection was opened. [evictions] counts the evictions at the start of its connect. */
    fun arrived(evictions: Int): SimulatedConnection {
        val connection = SimulatedConnection(connections.size + 1, clock.now, evictions)
        connections += connection
        live += connection
        trace.note { "$connection arrives" }
        return connection
    }

    fun probed(connection: SimulatedConnection) {
        violations.require(connection.holder?.state != Held.State.HELD) { "probed while in use: ${connection.holder}" }
        violations.require(connection.closes == 0) { "$connection was probed after its close" }
    }

    fun closed(connection: SimulatedConnection) {
        connection.closes++
        live -= connection
        violations.require(connection.closes == 1) { "$connection was closed ${connection.closes} times" }
        violations.require(connection.holder?.state != Held.State.HELD || simulation.closing.isForced) {
            "closed while in use: ${connection.holder}"
        }
    }
}
