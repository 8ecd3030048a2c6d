package dev.rockpool.testing.simulation

import dev.rockpool.PoolControl
import kotlin.time.Duration
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** One thing that happens to callers, database or pool. To have more happen, add it to [EVENTS]. */
internal class Event(val name: String, val weight: Int, val happen: Events.() -> Unit)

internal val EVENTS: List<Event> =
    listOf(
        Event("a caller is cancelled", 10) { someCaller()?.cancel() },
        Event("a lease is ended by somebody else", 2) { someHeld()?.let { it.call.caller.close(it) } },
        Event("the head of the queue is cancelled as a lease ends", 8) {
            someHeld()?.let { it.call.caller.close(it) }
            head()?.cancel()
        },
        Event("a lease ends as the head of the queue is cancelled", 8) {
            head()?.cancel()
            someHeld()?.let { it.call.caller.close(it) }
        },
        Event("whoever was just served is cancelled", 6) {
            val heads = world.model.queue.map { it.caller }
            someHeld()?.let { it.call.caller.close(it) }
            heads.firstOrNull { it.call?.state == Call.State.DECIDED }?.cancel()
        },
        Event("the database goes down", 2) {
            world.faults.down(chance.pick(20L, 100L, 400L))
            world.model.connections.forEach { if (chance.oneIn(2)) it.isDead = true }
        },
        Event("some connections die", 3) { world.model.connections.forEach { if (chance.oneIn(3)) it.isDead = true } },
        Event("the pool pauses", 2) { control.pause() },
        Event("the pool goes on", 3) { control.resume() },
        Event("all connections are evicted", 2) {
            control.evictAll()
            world.model.evictedAll()
        },
        Event("one connection is evicted", 2) {
            val numbers = control.connections().map { it.number }
            if (numbers.isNotEmpty()) control.evict(chance.of(numbers))
        },
        Event("what is idle is closed", 1) { control.clear() },
        Event("what has expired is removed", 1) { control.removeExpired() },
        Event("all connections are checked", 2) { world.outside.launch { control.check() } },
        Event("the pool gets another size", 3) {
            val most = chance.pick(1, 2, 3, 4)
            val least = chance.pick(0, 0, most)
            control.reconfigure {
                maxSize = most
                minIdle = least
            }
        },
        Event("the pool is closed", 1) { closes(chance.millis(0, 10, 100)) },
    )

/** Has [EVENTS] happen at random moments. */
internal class Events(val world: SimulationState, val chance: SeededRandom, private val callers: List<Caller>) {
    val control: PoolControl = world.pool.control
    private val closable = chance.percent(20)

    suspend fun happen() {
        repeat(chance.pick(0, 5, 15, 30)) {
            delay(chance.millis(0, 1, 5, 20, 50))
            val event = chance.weighted(EVENTS) { it.weight }
            world.trace.note { "event: ${event.name}" }
            event.happen(this)
        }
    }

    fun someCaller(): Caller? = callers.filterNot { it.isDone }.ifEmpty { null }?.let(chance::of)

    /** A lease that can be ended from outside. */
    fun someHeld(): Held? = world.model.held.filter { it.lease != null }.ifEmpty { null }?.let(chance::of)

    fun head(): Caller? = world.model.queue.firstOrNull()?.caller

    fun closes(grace: Duration) {
        if (!closable) return
        if (chance.oneIn(4)) world.ending.force() else world.outside.launch { world.ending.close(grace) }
    }
}
