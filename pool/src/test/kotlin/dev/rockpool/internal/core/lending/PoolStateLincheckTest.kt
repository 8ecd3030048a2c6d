package dev.rockpool.internal.core.lending

import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.SlotPool
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.sync.Semaphore
import org.jetbrains.lincheck.datastructures.DSLScenarioBuilder
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Options
import org.jetbrains.lincheck.datastructures.Param
import org.jetbrains.lincheck.datastructures.StressOptions
import org.jetbrains.lincheck.datastructures.ThreadIdGen
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.condition.EnabledIfSystemProperty

private const val THREADS = 3

/**
 * Slots, queue and waiters behave as a fair semaphore in every interleaving that Lincheck tries. Suspending callers are
 * cancelled while they wait and after they were served, beside callers that do not wait.
 */
class OneSlotLincheckTest : LendingLincheck(1) {
    @Operation fun tryAcquire(@Param(gen = ThreadIdGen::class) thread: Int): Boolean = tryLend(thread)

    @Test fun `one slot, model checking`() = check(modelChecking())

    @Test fun `one slot, stress`() = check(stress())

    class Specification : SemaphoreSpecification(1) {
        fun tryAcquire(thread: Int): Boolean = tryLend(thread)
    }

    override val specification = Specification::class.java
}

/** A scan of two slots is not atomic, so a caller that does not wait may miss both. Such callers are left out here. */
class TwoSlotsLincheckTest : LendingLincheck(2) {
    /** Tries the same code as one slot, and takes as long, so it is left to the profile `proof`. */
    @Test
    @EnabledIfSystemProperty(named = "rockpool.proof", matches = "true")
    fun `two slots, model checking`() = check(modelChecking())

    @Test fun `two slots, stress`() = check(stress())

    class Specification : SemaphoreSpecification(2)

    override val specification = Specification::class.java
}

@Timeout(value = 1, unit = TimeUnit.HOURS)
abstract class LendingLincheck(slots: Int) {
    private class Caller(
        private val pool: SlotPool<String>,
        private val continuation: CancellableContinuation<Waiter<String>>,
    ) : Waiter<String>(0, Long.MAX_VALUE) {
        override fun parks() = false

        override fun wake() {
            if (outcome() == Outcome.SERVED) continuation.resume(this) { pool.release(slot(), ticket()) }
        }
    }

    private class Held(val slot: Slot<String>, val ticket: Long)

    private val core = CoreFixture(slots, ReusePolicy.LIFO, counts = false)
    private val pool = core.pool
    private val held = List(THREADS + 2) { ArrayList<Held>() }

    protected abstract val specification: Class<*>

    protected fun tryLend(thread: Int): Boolean {
        val slot = core.state.tryLend() ?: return false
        held[thread] += Held(slot, slot.ticket())
        return true
    }

    @Operation(promptCancellation = true)
    suspend fun acquire(@Param(gen = ThreadIdGen::class) thread: Int) {
        if (tryLend(thread)) return
        val served = suspendCancellableCoroutine { continuation ->
            val caller = Caller(pool, continuation)
            pool.enqueue(caller)
            continuation.invokeOnCancellation { if (caller.decide(Outcome.CANCELLED)) pool.leave(caller) }
        }
        held[thread] += Held(served.slot(), served.ticket())
    }

    @Operation
    fun release(@Param(gen = ThreadIdGen::class) thread: Int): Boolean {
        val lease = held[thread].removeLastOrNull() ?: return false
        return pool.release(lease.slot, lease.ticket)
    }

    protected fun modelChecking() = ModelCheckingOptions().iterations(of(1, 20)).invocationsPerIteration(of(100, 500))

    protected fun stress() = StressOptions().iterations(of(2, 30)).invocationsPerIteration(of(300, 3_000))

    /** The number of iterations in an ordinary build, and with the profile `proof`. */
    private fun of(build: Int, proof: Int) = if (System.getProperty("rockpool.proof").toBoolean()) proof else build

    /** A case that must always be tried: one caller releases a slot as another begins to wait for it. */
    private fun DSLScenarioBuilder.handOver() = parallel {
        thread {
            actor(LendingLincheck::acquire, 1)
            actor(LendingLincheck::release, 1)
        }
        thread {
            actor(LendingLincheck::acquire, 2)
            actor(LendingLincheck::release, 2)
        }
    }

    protected fun check(options: Options<*, *>) {
        options
            .threads(THREADS)
            .actorsPerThread(2)
            .actorsBefore(1)
            .actorsAfter(1)
            .sequentialSpecification(specification)
            .addCustomScenario { handOver() }
            .check(this::class)
    }
}

/** The specification for this many slots: a fair semaphore, where each thread knows what it holds. */
abstract class SemaphoreSpecification(permits: Int) {
    private val free = Semaphore(permits)
    private val held = IntArray(THREADS + 2)

    protected fun tryLend(thread: Int): Boolean = free.tryAcquire().also { if (it) held[thread]++ }

    suspend fun acquire(thread: Int) {
        free.acquire()
        held[thread]++
    }

    fun release(thread: Int): Boolean {
        if (held[thread] == 0) return false
        held[thread]--
        free.release()
        return true
    }
}
