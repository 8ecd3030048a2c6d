package dev.rockpool.internal.core

import dev.rockpool.ConnectFailure
import dev.rockpool.Priority
import dev.rockpool.ReusePolicy
import dev.rockpool.internal.budget.Allowance
import dev.rockpool.internal.core.connectivity.BackoffFunction
import dev.rockpool.internal.core.connectivity.ConnectivityTracker
import dev.rockpool.internal.core.connectivity.ExponentialBackoff
import dev.rockpool.internal.core.lending.Actions
import dev.rockpool.internal.core.lending.Enqueued
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.core.slot.Slots
import dev.rockpool.internal.engine.runtime.SlotCalls
import dev.rockpool.internal.engine.runtime.SlotPool
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/**
 * The core without the engine. Actions are carried out as in the engine, but the test decides about closes and probes,
 * and counts how often the keeper is woken. The test moves the clock.
 *
 * @param busyProcessors how many processors are busy if all are; else 0
 * @param filled whether each slot has a connection from the start
 * @param probesItself whether the test ends the probes that the core starts; else they are left to the keeper
 * @param backoff the pauses between connects while they fail
 * @param allowance the permits for connections
 * @param counts whether [keeperWakes] is counted; tests with real threads do not need it
 */
internal class CoreFixture(
    size: Int = 1,
    policy: ReusePolicy = ReusePolicy.AFFINE,
    maxPending: Int = Int.MAX_VALUE,
    patience: Long = 0,
    busyProcessors: Int = 0,
    filled: Boolean = true,
    private val probesItself: Boolean = false,
    backoff: BackoffFunction = ExponentialBackoff(100, 2.0, 1_000, 0.0),
    private val counts: Boolean = true,
    val allowance: Allowance = Allowance.UNLIMITED,
) : SlotCalls<String> {
    var now = 1_000L
    var keeperWakes = 0
    val closing = mutableListOf<Slot<String>>()
    val probing = mutableListOf<Slot<String>>()
    val connectivity = ConnectivityTracker(backoff)
    val state = PoolState<String>(size, policy, maxPending, patience, { busyProcessors }, connectivity) { now }
    val slots: Slots<String> = state.slots()
    val pool = SlotPool("test", state, allowance) { if (counts) keeperWakes++ }

    init {
        pool.wire(this)
        if (filled) slots.all().forEach { fill(it) }
    }

    /** Opens a connection in a vacant slot. */
    fun fill(slot: Slot<String>, number: Long = slot.index() + 1L, expiresAt: Long = Long.MAX_VALUE) {
        slot.reserve(now) shouldBe true
        arrive(slot, number, expiresAt)
    }

    /** Finishes the connect of a slot that is being opened. */
    fun arrive(slot: Slot<String>, number: Long = slot.index() + 1L, expiresAt: Long = Long.MAX_VALUE) {
        slot.opened("connection $number", number, now, expiresAt)
        pool.offer(slot)
    }

    /** Fails the connect of this slot. */
    fun failOpen(slot: Slot<String>, at: Long) {
        connectivity.failed(slot.begunAt, at)
        pool.openFailed(slot)
    }

    /** Opens the breaker: waiters fail, and so do later callers. */
    fun goDown(at: Long = now) {
        if (!connectivity.isFailing) connectivity.failed(at, at)
        connectivity.openBreaker(at)
        pool.run(state.waiters().failed().failWhileDown())
    }

    fun lend(): Slot<String> = state.tryLend().shouldNotBeNull()

    fun release(slot: Slot<String>) = pool.release(slot, slot.ticket()) shouldBe true

    fun run(actions: Actions<String>): Boolean = pool.run(actions)

    /** A waiter: a parked thread, or a suspended coroutine. */
    fun caller(
        parked: Boolean = false,
        deadline: Long = Long.MAX_VALUE,
        priority: Priority = Priority.NORMAL,
        fails: Boolean = false,
    ): Caller = Caller(parked, now, deadline, priority, fails).also { pool.enqueue(it) shouldBe Enqueued.WAITS }

    /** Adds this many waiters, whose outcome is ignored. */
    fun wait(count: Int = 1) = repeat(count) { pool.enqueue(Caller(since = 0)) }

    /** Lets a woken thread look for a slot. Returns true if it is decided afterwards. */
    fun retryAcquire(caller: Caller): Boolean {
        pool.retryAcquire(caller)
        return caller.isDecided
    }

    override fun close(slot: Slot<String>) {
        closing += slot
    }

    override fun abort(slot: Slot<String>) = close(slot)

    /** Finds nothing. */
    override fun peek(slot: Slot<String>) {
        if (slot.peekSucceeded()) pool.offer(slot)
    }

    override fun probe(slot: Slot<String>) {
        probing += slot
        if (!probesItself) slot.probeSkipped()
    }

    /** A waiter that counts how often it is resumed. */
    class Caller(
        private val parked: Boolean = false,
        since: Long,
        deadline: Long = Long.MAX_VALUE,
        priority: Priority = Priority.NORMAL,
        private val fails: Boolean = false,
    ) : Waiter<String>(since, deadline, priority) {
        var wakes = 0

        override fun parks() = parked

        override fun wake() {
            wakes++
            if (fails) throw NoThread()
        }
    }

    /** Like the JVM's error, but without a stack trace, because a test logs very many of them. */
    private class NoThread : OutOfMemoryError("unable to create native thread") {
        override fun fillInStackTrace(): Throwable = this
    }
}

/** Reports a failed connect, with the jitter in the middle of its range. */
internal fun ConnectivityTracker.failed(
    began: Long,
    now: Long = began,
    random: Double = 0.5,
    kind: ConnectFailure = ConnectFailure.TRANSIENT,
    open: Int = 0,
): Boolean = failed(kind, IllegalStateException("away"), began, now, random, open) != null
