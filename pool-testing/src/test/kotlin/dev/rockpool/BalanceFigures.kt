package dev.rockpool

import dev.rockpool.testing.FakeConnection
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope

/** Calls per second, and how long 99 % of the calls waited at most. */
private class Figure(val perSecond: Long, val p99: Duration) {
    override fun toString() = "$perSecond calls per second, p99 wait $p99"
}

/**
 * Three servers of ten connections each, of which one needs 20 ms more than the others' 10 ms for each call, and 64
 * callers, for some seconds of virtual time: ten with `-Drockpool.proof=true`. `docs/cluster.md` has the numbers.
 */
class BalanceFigures :
    FunSpec({
        val seconds = if (System.getProperty("rockpool.proof").toBoolean()) 10 else 2

        suspend fun TestScope.load(
            pool: Pool<FakeConnection>,
            choose: () -> Pool<FakeConnection> = { pool },
            hold: (FakeConnection) -> Duration,
        ): Figure {
            val callers = List(64) { launch { while (true) choose().withConnection(null) { delay(hold(it)) } } }
            pass(seconds.seconds)
            callers.forEach { it.cancel() }
            pass(1.seconds)
            val stats = pool.snapshot()
            return Figure(stats.acquired / seconds, stats.times.wait.p99)
        }

        /** As other balancers do it: a caller chooses a member at random, and waits there only. */
        suspend fun TestScope.withoutRace(): Figure {
            val reads =
                Balanced(test = this) {
                    maxSize = 10
                    minIdle = 10
                }
            pass(1.seconds)
            val slow = reads.factories[0].connections.toSet()
            val random = Random(1)
            val figure =
                load(reads.pool, { reads.members.random(random) }) {
                    if (it in slow) 30.milliseconds else 10.milliseconds
                }
            return figure.also { reads.end() }
        }

        suspend fun TestScope.balanced(balance: Balance): Figure {
            val reads =
                Balanced(balance = balance, test = this) {
                    maxSize = 10
                    minIdle = 10
                }
            pass(1.seconds)
            val slow = reads.factories[0].connections.toSet()
            return load(reads.pool) { if (it in slow) 30.milliseconds else 10.milliseconds }.also { reads.end() }
        }

        test("balancing beside one queue of the same size, with one slow server") {
            manyPools {
                val one =
                    Balanced(1, test = this) {
                        maxSize = 30
                        minIdle = 30
                    }
                pass(1.seconds)
                val slow = one.factories[0].connections.filter { it.number % 3 == 0 }.toSet()
                val alone =
                    load(one.members[0]) { if (it in slow) 30.milliseconds else 10.milliseconds }.also { one.end() }
                println("one queue: $alone")
                println("waiting in one member only: ${withoutRace()}")
                for (balance in Balance.entries) {
                    val figure = balanced(balance)
                    println("$balance: $figure")
                    figure.perSecond shouldBeGreaterThan alone.perSecond * 95 / 100
                    figure.p99 shouldBeLessThan alone.p99 * 1.2
                }
            }
        }
    })
