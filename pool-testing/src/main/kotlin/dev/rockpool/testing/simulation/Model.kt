package dev.rockpool.testing.simulation

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.ConnectFailedException
import dev.rockpool.InvalidConfigException
import dev.rockpool.Lease
import dev.rockpool.LeaseMisuseException
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.internal.core.slot.Phase

/**
 * What callers and factory know: who waits, who holds what, what is open. It says of each answer of the pool whether it
 * was allowed; what must hold at every moment whatever the answers are is in [LAWS].
 */
internal class Model(private val world: SimulationState) {
    private val clock = world.clock
    private val verdict = world.verdict
    private val trace = world.trace
    private var calls = 0
    private var asking: Call? = null

    /** Who waits, in the order of arrival. */
    val queue: MutableList<Call> = ArrayList()
    val held: MutableList<Held> = ArrayList()
    val returning: MutableList<Held> = ArrayList()

    /** Every connection that ever arrived. */
    val connections: MutableList<SimulatedConnection> = ArrayList()

    /** Those that the pool has not begun to close. */
    val live: MutableList<SimulatedConnection> = ArrayList()
    /** How often everything was evicted. */
    var evictions: Int = 0
        private set

    var timeouts: Long = 0
        private set

    var rejections: Long = 0
        private set

    var cancellations: Long = 0
        private set

    fun asks(call: (Int) -> Call): Call {
        val asks = call(++calls)
        asks.caller.call = asks
        asking = asks
        trace.note { "$asks asks${if (asks.canWait) ", timeout ${asks.timeout}" else " without waiting"}" }
        return asks
    }

    /** The step is over: whoever asked in it and got no answer waits. */
    fun stepEnded() {
        if (returning.isNotEmpty()) returning.removeAll { it.lease != null && !isOut(it) }
        val call = asking ?: return
        asking = null
        if (call.state != Call.State.ASKS) return
        call.state = Call.State.WAITS
        queue += call
    }

    /** Whether its slot is not free yet: a reset in the background takes its time. */
    fun isOut(held: Held): Boolean =
        held.connection.holder === held &&
            world.slots().any { it.phase() == Phase.LEASED && it.connection() === held.connection }

    /** A caller that waited can go on: its call was decided just now. */
    fun readied(caller: Caller) {
        val call = caller.call ?: return
        if (call.state != Call.State.WAITS) return
        call.state = Call.State.DECIDED
        call.decidedAt = circumstances()
        queue.remove(call)
        call.passed = queue.firstOrNull { hasBetterRight(it, call) }
        trace.note { "$call is decided" }
    }

    /** The order of the queue: who must be served before whom. Higher priorities go first, but not always. */
    private fun hasBetterRight(one: Call, other: Call): Boolean =
        one.number < other.number && one.priority == other.priority

    private fun circumstances() = Circumstances(evictions, world.pool.control.isPaused)

    fun served(call: Call, connection: SimulatedConnection, lease: Lease<SimulatedConnection>?): Held {
        trace.note { "$call gets $connection" }
        val waited = call.state == Call.State.DECIDED
        over(call)
        val then = call.decidedAt ?: circumstances()
        verdict.require(!then.isPaused) { "$call got $connection during a pause" }
        verdict.require(connection.bornUnder >= then.evictions) { "$call got $connection, which was evicted" }
        verdict.require(!call.askedAfterClose) { "$call was made after close, and got $connection" }
        verdict.require(waited || queue.isEmpty()) { "$call passed ${queue.first()} and got $connection" }
        verdict.require(call.passed == null) { "$call was served before ${call.passed}" }
        verdict.require(connection.holder?.state != Held.State.HELD) { "$call got ${connection.holder}" }
        verdict.require(connection.closes == 0) { "$call got $connection, which is closed" }
        connection.clash("lent to $call", clock.now)?.let(verdict::breaks)
        if (call.canWait && !world.schedule.isHasty) trusted(call, connection)
        verdict.require(!connection.isDoubted || !call.canWait) { "$call got $connection unproven after another died" }
        connection.isDoubted = false
        connection.isUsed = true
        return Held(call, connection, lease).also {
            connection.holder = it
            held += it
        }
    }

    /**
     * It was in use or proved alive within the trust window, which the keeper measures to within one look. Without a
     * window it was proved, or opened, since its last use.
     */
    private fun trusted(call: Call, connection: SimulatedConnection) {
        val window = world.config.trustWindow?.inWholeMilliseconds ?: return
        if (window == 0L) verdict.require(!connection.isUsed) { "$call got $connection, used and not probed since" }
        val unproven = clock.now - connection.trustedAt
        val allowed = window + world.config.statsInterval.inWholeMilliseconds
        verdict.require(unproven <= allowed) { "$call got $connection unproven after $unproven ms idle" }
    }

    /** A call that did not get a connection: whether that was the right answer, and at the right time. */
    fun refused(call: Call, answer: PoolException) {
        trace.note { "$call fails: ${answer::class.simpleName}" }
        val waited = call.state == Call.State.DECIDED
        over(call)
        when (answer) {
            is AcquireTimeoutException -> timedOut(call)
            is PoolExhaustedException -> {
                rejections++
                val most = world.config.maxPending
                verdict.require(!waited && most != null && answer.stats.pending >= most) {
                    "$call was turned away with ${answer.stats.pending} waiting of $most"
                }
            }
            is PoolClosedException ->
                verdict.require(world.ending.isAsked) { "$call was told that the pool is closed, and it is not" }
            is ConnectFailedException ->
                verdict.require(world.faults.refusedAt >= call.askedAt || mayFailFast()) {
                    "$call was told of a permanent failure that did not happen while it waited"
                }
            is LeaseMisuseException ->
                verdict.require(world.ending.isForced) { "$call was served, and its lease had ended" }
            is InvalidConfigException -> verdict.breaks("$call failed with $answer")
        }
        verdict.require(!call.askedAfterClose || answer is PoolClosedException || call.deadline <= call.askedAt) {
            "$call was made after close, and failed with $answer"
        }
    }

    /** Whether the pool may have been without a connection for so long that callers fail at once. */
    private fun mayFailFast(): Boolean {
        val limit = world.config.failFastAfter ?: return false
        return clock.now >= limit.inWholeMilliseconds
    }

    /** A caller that cannot wait was told that there is nothing. */
    fun nothing(call: Call) {
        trace.note { "$call gets nothing" }
        over(call)
        verdict.require(queue.isNotEmpty() || world.pool.control.isPaused || nothingIdle()) {
            "$call got nothing, although something is idle and nobody waits"
        }
    }

    private fun nothingIdle() = world.slots().none { it.phase() == Phase.IDLE && !it.isRetired }

    private fun timedOut(call: Call) {
        timeouts++
        val late = clock.now - call.deadline
        verdict.require(if (world.schedule.isHasty) late >= 0 else late == 0L) {
            "$call timed out ${if (late > 0) "$late ms too late" else "${-late} ms too early"}"
        }
    }

    fun cancelled(call: Call) {
        trace.note { "$call was cancelled" }
        verdict.require(call.caller.isCancelled) { "$call was cancelled by nobody" }
        cancellations++
        over(call)
    }

    private fun over(call: Call) {
        if (asking === call) asking = null
        queue.remove(call)
        call.state = Call.State.OVER
        call.caller.call = null
    }

    /** Its holder, or somebody for it, is about to end the lease. False when it was ended before. */
    fun returns(held: Held): Boolean {
        if (held.state != Held.State.HELD) return false
        trace.note { "$held is returned" }
        held.state = Held.State.RETURNS
        held.returnsSince = clock.now
        held.connection.trustedAt = clock.now
        held.connection.usedAt = clock.now
        this.held -= held
        returning += held
        return true
    }

    /**
     * One connection was found dead: whatever is idle now must be probed before it is lent to somebody who can wait.
     */
    fun doubted() {
        for (slot in world.slots()) if (slot.phase() == Phase.IDLE) slot.connection().isDoubted = true
    }

    fun ended(held: Held) {
        held.state = Held.State.ENDED
        returning -= held
    }

    /** Whatever is open or being opened now must not be lent any more. */
    fun evictedAll() {
        evictions++
    }

    /** A connection has arrived whose opening began when so many times all had been evicted. */
    fun arrived(evictions: Int): SimulatedConnection {
        val connection = SimulatedConnection(connections.size + 1, clock.now, evictions)
        connections += connection
        live += connection
        trace.note { "$connection arrives" }
        return connection
    }

    fun probed(connection: SimulatedConnection) {
        verdict.require(connection.holder?.state != Held.State.HELD) { "probed while in use: ${connection.holder}" }
        verdict.require(connection.closes == 0) { "$connection was probed after its close" }
    }

    fun closed(connection: SimulatedConnection) {
        connection.closes++
        live -= connection
        verdict.require(connection.closes == 1) { "$connection was closed ${connection.closes} times" }
        verdict.require(connection.holder?.state != Held.State.HELD || world.ending.isForced) {
            "closed while in use: ${connection.holder}"
        }
    }
}
