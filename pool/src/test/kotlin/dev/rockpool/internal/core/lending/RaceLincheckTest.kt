package dev.rockpool.internal.core.lending

import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.Racer
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.SlotPool
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.suspendCancellableCoroutine
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
 * Two pools of one slot each, in both of which every caller waits, behave as a fair semaphore of two permits in every
 * interleaving that Lincheck tries. Callers are cancelled while they wait and after they were served.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class RaceLincheckTest {
    private class Held(val pool: SlotPool<String>, val slot: Slot<String>, val ticket: Long)

    private val pools = List(2) { CoreFixture(1, ReusePolicy.LIFO, counts = false).pool }
    private val held = List(THREADS + 2) { ArrayList<Held>() }

    @Operation(promptCancellation = true)
    suspend fun acquire(@Param(gen = ThreadIdGen::class) thread: Int) {
        for (pool in pools) {
            val slot = pool.state().tryLend() ?: continue
            held[thread] += Held(pool, slot, slot.ticket())
            return
        }
        val served = suspendCancellableCoroutine { continuation ->
            val racer =
                Racer(pools) { entry ->
                    continuation.resume(entry) { entry.pool.release(entry.slot(), entry.ticket()) }
                }
            racer.begin()
            continuation.invokeOnCancellation { racer.end(Outcome.CANCELLED) }
        }
        held[thread] += Held(served.pool, served.slot(), served.ticket())
    }

    @Operation
    fun release(@Param(gen = ThreadIdGen::class) thread: Int): Boolean {
        val lease = held[thread].removeLastOrNull() ?: return false
        return lease.pool.release(lease.slot, lease.ticket)
    }

    /** Takes several seconds of processor time however little it tries, so it is left to the profile `proof`. */
    @Test
    @EnabledIfSystemProperty(named = "rockpool.proof", matches = "true")
    fun `two pools, model checking`() = check(ModelCheckingOptions().iterations(20).invocationsPerIteration(500))

    @Test
    fun `two pools, stress`() = check(StressOptions().iterations(of(1, 30)).invocationsPerIteration(of(100, 3_000)))

    /** The number of iterations in an ordinary build, and with the profile `proof`. */
    private fun of(build: Int, proof: Int) = if (System.getProperty("rockpool.proof").toBoolean()) proof else build

    class Specification : SemaphoreSpecification(2)

    private fun check(options: Options<*, *>) {
        options
            .threads(THREADS)
            .actorsPerThread(2)
            .actorsBefore(1)
            .actorsAfter(1)
            .sequentialSpecification(Specification::class.java)
            .check(this::class)
    }
}
