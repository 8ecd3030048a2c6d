package dev.rockpool.internal.core.lending

import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** The races of one batch. They are checked together, so each keeps its pool until then. */
private const val RACES = 4_000

/** How many batches run at least. */
private val LEAST_BATCHES = if (System.getProperty("rockpool.proof").toBoolean()) 75 else 1

/** Races continue until each outcome has occurred. After this many batches, an outcome counts as impossible. */
private val MOST_BATCHES = LEAST_BATCHES * 50

private const val SPINS = 200
private const val DEADLINE = 100L

/** Real threads that start together: each spins until all are ready. */
private class Barrier(private val parties: Int) {
    private val arrived = AtomicInteger()

    fun await() {
        val goal = (arrived.getAndIncrement() / parties + 1) * parties
        var spins = 0
        while (arrived.get() < goal) if (++spins % SPINS == 0) Thread.yield() else Thread.onSpinWait()
    }
}

/** One leased slot, and one waiter for it. */
private class Race {
    class Caller : Waiter<String>(0, DEADLINE) {
        val wakes = AtomicInteger()

        override fun parks() = false

        override fun wake() {
            wakes.incrementAndGet()
        }
    }

    private val core = CoreFixture(policy = ReusePolicy.LIFO, counts = false)
    private val state = core.state
    private val pool = core.pool
    val slot: Slot<String> = core.slots.get(0)
    val caller = Caller()
    private var ticket = 0L

    init {
        ticket = state.tryLend().ticket()
        pool.enqueue(caller)
    }

    fun release() {
        pool.release(slot, ticket)
    }

    fun expire() = core.run(state.waiters().failed().expire(DEADLINE))

    /** Cancels as a future's caller does: if the waiter was served before, it must see the slot and ticket. */
    fun cancel(): String? {
        if (caller.decide(Outcome.CANCELLED)) {
            pool.leave(caller)
            return null
        }
        if (caller.outcome() != Outcome.SERVED) return null
        val served: Slot<String>? = caller.slot()
        return if (served != null && served.isHeldBy(caller.ticket())) null else "served with nothing: $served"
    }

    /** A newcomer that does not wait: it must get nothing, because another caller waits. */
    fun pass(): String? {
        while (!caller.isDecided) if (state.tryLend() != null) return "a newcomer passed"
        return null
    }

    /** Describes what is wrong after the race, or null. */
    fun outcome(): String? {
        val outcome = caller.outcome()
        val expectedWakes = if (outcome == Outcome.SERVED || outcome == Outcome.TIMED_OUT) 1 else 0
        return when {
            outcome == Outcome.WAITING -> "not decided"
            caller.wakes.get() != expectedWakes -> "$outcome, and woken ${caller.wakes} times"
            state.waiting() != 0 -> "$outcome, and ${state.waiting()} wait"
            outcome == Outcome.SERVED && !pool.release(caller.slot(), caller.ticket()) -> "served without a lease"
            state.tryLend() == null -> "$outcome, and the slot is lost: $slot"
            else -> null
        }
    }
}

/** Runs many races, checks each, and counts their outcomes. */
private fun outcomesOf(parties: Array<out (Race) -> String?>): Set<Outcome> {
    val races = List(RACES) { Race() }
    val barrier = Barrier(parties.size)
    val wrong = ConcurrentLinkedQueue<String>()
    val threads =
        parties.map { act ->
            thread {
                for (race in races) {
                    barrier.await()
                    act(race)?.let(wrong::add)
                }
            }
        }
    threads.forEach { it.join() }
    races.mapNotNull { it.outcome() }.toSet().shouldBeEmpty()
    wrong.toSet().shouldBeEmpty()
    return races.map { it.caller.outcome() }.toSet()
}

/** A lease is delivered to exactly one caller or comes back, whatever happens to its waiter at the same moment. */
class DeliveryStressTest :
    FunSpec({
        fun race(name: String, vararg parties: (Race) -> String?, met: Set<Outcome>) =
            test("exactly once: $name") {
                val seen = mutableSetOf<Outcome>()
                var batches = 0
                while (batches < LEAST_BATCHES || seen != met && batches < MOST_BATCHES) {
                    seen += outcomesOf(parties)
                    batches++
                }
                seen shouldBe met
            }

        val release = { race: Race -> race.release().let { null } }
        val expire = { race: Race -> race.expire().let { null } }
        race("a release and a cancel", release, Race::cancel, met = setOf(Outcome.SERVED, Outcome.CANCELLED))
        race("a release and a timeout", release, expire, met = setOf(Outcome.SERVED, Outcome.TIMED_OUT))
        race(
            "a cancel and a timeout, then a release",
            Race::cancel,
            expire,
            release,
            met = setOf(Outcome.SERVED, Outcome.CANCELLED, Outcome.TIMED_OUT),
        )
        race("a release and a newcomer, who does not pass", release, Race::pass, met = setOf(Outcome.SERVED))
    })
