package dev.rockpool.testing.simulation

import dev.rockpool.PoolControl
import kotlin.time.Duration
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** One thing that happens to the callers, the database or the pool. Add new ones to [EVENTS]. */
internal class Event(val name: String, val weight: Int, val fire: Events.() -> Unit)

internal val EVENTS: List<Event> =
    listOf(
        Event("a caller is cancelled", 10) { randomCaller()?.cancel() },
        Event("a lease is ended by another coroutine", 2) { randomLease()?.let { it.call.caller.close(it) } },
        Event("the head of the queue is cancelled as a lease ends", 8) {
            randomLease()?.let { it.call.caller.close(it) }
            head()?.cancel()
        },
        Event("a lease ends as the head of the queue is cancelled", 8) {
            head()?.cancel()
            randomLease()?.let { it.call.caller.close(it) }
        },
        Event("a waiter is cancelled right after it was served", 6) {
            val heads = simulation.model.queue.map { it.caller }
            randomLease()?.let { it.call.caller.close(it) }
            heads.firstOrNull { it.call?.state == Call.State.DECIDED }?.cancel()
        },
        Event("the database goes down", 2) {
            simulation.faults.down(random.pick(20L, 100L, 400L))
            simulation.model.connections.forEach { if (random.oneIn(2)) end(it) }
        },
        Event("some connections die", 3) { simulation.model.connections.forEach { if (random.oneIn(3)) end(it) } },
        Event("the pool pauses", 2) { control.pause() },
        Event("the pool resumes", 3) { control.resume() },
        Event("all connections are evicted", 2) {
            control.evictAll()
            simulation.model.evictedAll()
        },
        Event("one connection is evicted", 2) {
            val numbers = control.connections().map { it.number }
            if (numbers.isNotEmpty()) control.evict(random.of(numbers))
        },
        Event("idle connections are cleared", 1) { control.clear() },
        Event("expired connections are removed", 1) { control.removeExpired() },
        Event("all connections are checked", 2) { simulation.callerScope.launch { control.check() } },
        Event("the pool is resized", 3) {
            val newMaxSize = random.pick(1, 2, 3, 4)
            val newMinIdle = random.pick(0, 0, newMaxSize)
            control.reconfigure {
                maxSize = newMaxSize
                minIdle = newMinIdle
            }
        },
        Event("the pool is closed", 1) { closePool(random.millis(0, 10, 100)) },
    )

/** Fires [EVENTS] at random moments. */
internal class Events(val simulation: SimulationState, val random: SeededRandom, private val callers: List<Caller>) {
    val control: PoolControl = simulation.pool.control
    private val closable = random.percent(20)

    suspend fun fireAll() {
        repeat(random.pick(0, 5, 15, 30)) {
            delay(random.millis(0, 1, 5, 20, 50))
            if (simulation.peeks.isOn) delay(simulation.peeks.lull(simulation.clock.now))
            val event = random.weighted(EVENTS) { it.weight }
            simulation.trace.note { "event: ${event.name}" }
            event.fire(this)
        }
    }

    fun randomCaller(): Caller? = callers.filterNot { it.isDone }.ifEmpty { null }?.let(random::of)

    /** A held lease that another coroutine can end. */
    fun randomLease(): Held? = simulation.model.held.filter { it.lease != null }.ifEmpty { null }?.let(random::of)

    fun head(): Caller? = simulation.model.queue.firstOrNull()?.caller

    /** The server ends the session of this connection. */
    fun end(connection: SimulatedConnection): Unit = simulation.peeks.ended(connection, simulation.slots())

    fun closePool(grace: Duration) {
        if (!closable) return
        if (random.oneIn(4)) simulation.closing.force()
        else simulation.callerScope.launch { simulation.closing.close(grace) }
    }
}
