package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.delay

private val settings: PoolSettings.() -> Unit = {
    maxSize = 1
    overload = OverloadControl(100.milliseconds, 1.seconds)
}

/**
 * The outcome of callers that arrive every [every] and hold the connection for [hold]: how long each waited, or null if
 * it was shed.
 */
private suspend fun PoolTestScope.load(
    count: Int,
    every: Duration,
    hold: Duration,
    priority: Priority = Priority.NORMAL,
): List<Deferred<Duration?>> =
    List(count) {
        val came = timeSource.markNow()
        async {
                try {
                    pool.withConnection(priority = priority) { came.elapsedNow().also { delay(hold) } }
                } catch (_: PoolExhaustedException) {
                    null
                }
            }
            .also { delay(every) }
    }

/** Law 29 of the pool: overload control. */
class OverloadLaws :
    FunSpec({
        test("29: at twice the capacity load is shed, and callers that are served waited at most twice the target") {
            poolTest(settings = settings) {
                val waits = load(1_000, 10.milliseconds, 20.milliseconds).map { it.await() }
                val late = waits.drop(300)
                val served = late.filterNotNull()
                (served.max() <= 200.milliseconds) shouldBe true
                (served.size in 300..400) shouldBe true
                pool.snapshot().shed shouldBe waits.count { it == null }.toLong()
                waits.take(50).count { it == null } shouldBe 0
            }
        }

        test("29: without overload control no caller is shed") {
            poolTest(settings = { maxSize = 1 }) {
                load(300, 10.milliseconds, 20.milliseconds).forEach { (it.await() != null) shouldBe true }
                pool.snapshot().shed shouldBe 0
            }
        }

        test("29: a burst that ends within the interval is queued as usual") {
            poolTest(settings = settings) {
                load(30, 1.milliseconds, 30.milliseconds).forEach { (it.await() != null) shouldBe true }
            }
        }

        test("29: shedding stops once a caller is served within the target") {
            poolTest(settings = settings) {
                load(400, 10.milliseconds, 20.milliseconds).forEach { it.await() }
                val shed = pool.snapshot().shed
                (shed > 0) shouldBe true
                pool.withConnection {}
                load(30, 1.milliseconds, 30.milliseconds).forEach { (it.await() != null) shouldBe true }
                pool.snapshot().shed shouldBe shed
            }
        }

        test("29: callers are shed, with the numbers, even while nothing is returned at all") {
            poolTest(settings = settings) {
                val held = pool.acquire()
                advanceTimeBy(5.seconds)
                val start = timeSource.markNow()
                val first = async { shouldThrow<PoolExhaustedException> { pool.acquire() } to start.elapsedNow() }
                advanceTimeBy(1.seconds)
                val second = async { shouldThrow<PoolExhaustedException> { pool.acquire() } to start.elapsedNow() }
                val (exhausted, after) = first.await()
                after shouldBe 1100.milliseconds
                exhausted.message shouldContain "pool 'test': rejected after 1.1s because of overload"
                exhausted.message shouldContain "for 1s no caller was served within 100ms (overload.target)"
                exhausted.message shouldContain "active=1"
                exhausted.message shouldContain "shed so far=1"
                second.await().second shouldBe 1200.milliseconds
                held.close()
                pool.snapshot().idle shouldBe 1
            }
        }

        test("29: each priority is judged separately: high callers served at once do not hide that others starve") {
            poolTest(settings = settings) {
                val high = async { load(300, 20.milliseconds, 18.milliseconds, Priority.HIGH) }
                val low = async { load(200, 30.milliseconds, 10.milliseconds, Priority.LOW) }
                high.await().forEach { (it.await() != null) shouldBe true }
                (low.await().count { it.await() == null } > 50) shouldBe true
            }
        }

        test("29: parked threads and futures are shed too") {
            realPool({
                maxSize = 1
                overload = OverloadControl(5.milliseconds, 20.milliseconds)
            }) { pool, blocking ->
                val held: Lease<FakeConnection> = pool.acquire()
                val future = blocking.acquireAsync()
                shouldThrow<PoolExhaustedException> { blocking.acquire() }
                val failure = runCatching { future.join() }.exceptionOrNull()
                (failure?.cause is PoolExhaustedException) shouldBe true
                held.close()
            }
        }
    })
