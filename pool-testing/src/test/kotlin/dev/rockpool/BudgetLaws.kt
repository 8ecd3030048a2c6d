package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.checkNothingLost
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/** One pool of a budget, with a factory of its own. */
private class Member(val pool: Pool<FakeConnection>, val factory: ScriptedFactory)

/** Pools that share a budget, in virtual time. */
@OptIn(ExperimentalCoroutinesApi::class)
private class Together(val test: TestScope, val budget: Budget) {
    val members = mutableListOf<Member>()

    fun pool(name: String, guaranteed: Int = 0, settings: PoolSettings.() -> Unit = {}): Member {
        val factory = ScriptedFactory()
        val context = test.backgroundScope.coroutineContext + StandardTestDispatcher(test.testScheduler)
        val pool =
            Pool(name, factory, context, test.testScheduler.timeSource) {
                minIdle = 0
                maxSize = 20
                acquireTimeout = 1.minutes
                budget = this@Together.budget.share(guaranteed)
                settings()
            }
        return Member(pool, factory).also { members += it }
    }

    /** The connections of all pools that are open, being opened or being closed. */
    val total: Int
        get() = members.sumOf { it.pool.snapshot().run { total + closing } }

    fun advance(time: Duration) {
        test.testScheduler.advanceTimeBy(time)
        test.testScheduler.runCurrent()
    }

    suspend fun end() {
        advance(1.minutes)
        members.forEach { checkNothingLost(it.pool, it.factory) }
        budget.taken shouldBe 0
        budget.pools shouldHaveSize 0
    }
}

private fun together(total: Int, body: suspend Together.() -> Unit) =
    runTest(timeout = 60.seconds) { Together(this, Budget(total)).apply { body() }.end() }

/** Feature 4.7: several pools share a budget of connections. */
class BudgetLaws :
    FunSpec({
        test("4.7: the pools together never have more connections than the total") {
            together(3) {
                val a = pool("a")
                val b = pool("b")
                val held = List(3) { a.pool.acquire() }
                val waiting = test.async { b.pool.acquire() }
                advance(1.seconds)
                total shouldBe 3
                held.first().close()
                val late = waiting.await()
                total shouldBe 3
                (held.drop(1) + late).forEach { it.close() }
            }
        }

        test("4.7: a pool below its guarantee is never refused") {
            together(4) {
                val a = pool("a")
                val b = pool("b", guaranteed = 2)
                val callers = List(4) { test.launch { a.pool.withConnection { delay(10.seconds) } } }
                advance(1.seconds)
                a.pool.snapshot().leased shouldBe 2
                val leases = List(2) { b.pool.acquire(1.milliseconds) }
                leases.forEach { it.close() }
                callers.forEach { it.join() }
            }
        }

        test("4.7: an idle connection is closed for a pool whose caller waits, within one close") {
            together(2) {
                val a = pool("a")
                val b = pool("b")
                List(2) { a.pool.acquire() }.forEach { it.close() }
                a.factory.closes.next(Step.After(70.milliseconds))
                val waiting = test.async { b.pool.acquire() }
                advance(69.milliseconds)
                waiting.isCompleted shouldBe false
                advance(1.milliseconds)
                waiting.isCompleted shouldBe true
                waiting.await().close()
                a.pool.snapshot().idle shouldBe 1
            }
        }

        test("4.7: the connection that has been idle for longest goes first, whichever pool has it") {
            together(3) {
                val a = pool("a")
                val b = pool("b")
                a.pool.withConnection {}
                advance(5.seconds)
                List(2) { b.pool.acquire() }.forEach { it.close() }
                advance(5.seconds)
                b.pool.withConnection {} // one of b's is fresh, the other as old as this test's second half
                val c = pool("c")
                c.pool.withConnection {}
                a.pool.snapshot().total shouldBe 0
                b.pool.snapshot().total shouldBe 2
            }
        }

        test("4.7: a guaranteed idle connection is not taken") {
            together(2) {
                val a = pool("a", guaranteed = 1)
                val b = pool("b")
                List(2) { a.pool.acquire() }.forEach { it.close() }
                b.pool.acquire().use {
                    shouldThrow<AcquireTimeoutException> { b.pool.acquire(1.seconds) }.message shouldContain
                        "its budget of 2 connections has none left: 'a' 1, 'b' 1"
                    a.pool.snapshot().idle shouldBe 1
                }
            }
        }

        test("4.7: a connection that becomes idle later goes to the pool that waits") {
            together(1) {
                val a = pool("a")
                val b = pool("b")
                val held = a.pool.acquire()
                val waiting = test.async { b.pool.acquire() }
                advance(40.milliseconds)
                held.close()
                advance(50.milliseconds)
                waiting.isCompleted shouldBe true
                waiting.await().close()
            }
        }

        test("4.7: a pool without a connection gets one even if another pool never has an idle one") {
            together(1) {
                val a = pool("a")
                val b = pool("b")
                val busy = List(3) { test.launch { repeat(400) { a.pool.withConnection { delay(10.milliseconds) } } } }
                advance(1.seconds)
                val waiting = test.async { b.pool.acquire(1.seconds) }
                waiting.await().close()
                busy.forEach { it.join() }
            }
        }

        test("4.7: two busy pools come to have equally many connections beyond their guarantees") {
            together(10) {
                val a = pool("a")
                val b = pool("b", guaranteed = 2)
                fun load(member: Member) =
                    List(20) { test.launch { repeat(600) { member.pool.withConnection { delay(10.milliseconds) } } } }
                val first = load(a)
                advance(1.seconds)
                a.pool.snapshot().leased shouldBe 8
                val second = load(b)
                advance(1.seconds)
                a.pool.snapshot().total shouldBe 4
                b.pool.snapshot().total shouldBe 6
                (first + second).forEach { it.join() }
            }
        }

        test("4.7: a failed connect returns its permit") {
            together(1) {
                val a = pool("a")
                val b = pool("b")
                a.factory.opens.otherwise = Step.Fail(IllegalStateException("refused"))
                val failing = test.async { runCatching { a.pool.acquire(50.milliseconds) } }
                advance(1.milliseconds)
                b.pool.acquire(10.milliseconds).close()
                failing.await()
            }
        }

        test("4.7: a connect that exceeds its timeout returns its permit, and its late connection is closed") {
            together(1) {
                val a = pool("a") { connectTimeout = 100.milliseconds }
                val b = pool("b")
                a.factory.opens.next(Step.After(10.seconds))
                val failing = test.async { runCatching { a.pool.acquire(120.milliseconds) } }
                b.pool.acquire(1.seconds).close()
                failing.await().isFailure shouldBe true
            }
        }

        test("4.7: a pool that is paused or cannot connect does not keep others from a free permit") {
            together(2) {
                val a = pool("a") { backoff = Backoff.Fixed(30.seconds) }
                val b = pool("b")
                val c = pool("c")
                val held = List(2) { b.pool.acquire() }
                a.factory.opens.otherwise = Step.Fail(IllegalStateException("refused"))
                val failing = test.async { runCatching { a.pool.acquire(20.seconds) } }
                advance(1.seconds)
                held.forEach { it.close() }
                advance(1.seconds)
                c.pool.acquire(1.seconds).use { b.pool.acquire(1.seconds).close() }
                failing.await()
            }
        }

        test("4.7: shrinking closes idle connections at once, and leased ones when they are returned") {
            together(4) {
                val a = pool("a")
                val b = pool("b")
                val held = List(2) { a.pool.acquire() }
                List(2) { b.pool.acquire() }.forEach { it.close() }
                budget.resize(1)
                advance(1.milliseconds)
                b.pool.snapshot().total shouldBe 0
                total shouldBe 2
                held.first().close()
                advance(1.milliseconds)
                total shouldBe 1
                held.last().close()
                advance(1.seconds)
                total shouldBe 1
                budget.resize(2)
                val more = List(2) { b.pool.acquire(1.seconds) }
                more.forEach { it.close() }
            }
        }

        test("4.7: a closed pool returns its permits, even those of connections that do not close") {
            together(2) {
                val a = pool("a")
                val hangs = Step.Block()
                a.factory.closes.next(hangs)
                a.pool.acquire().close()
                val closing = test.async { a.pool.close(Duration.ZERO) }
                advance(1.minutes)
                closing.await()
                budget.taken shouldBe 0
                hangs.finish()
            }
        }

        test("4.7: minIdle is filled with free permits, and takes nothing from others") {
            together(3) {
                val a = pool("a")
                List(2) { a.pool.acquire() }.forEach { it.close() }
                val b = pool("b") { minIdle = 3 }
                advance(5.seconds)
                b.pool.snapshot().idle shouldBe 1
                a.pool.snapshot().idle shouldBe 2
            }
        }

        test("4.7: a guarantee can change while the pool runs, but not its budget") {
            together(4) {
                val a = pool("a", guaranteed = 1)
                val b = pool("b", guaranteed = 2)
                a.pool.control.reconfigure { budget = this@together.budget.share(2) }
                budget.pools.map { "${it.pool} ${it.guaranteed}" } shouldBe listOf("a 2", "b 2")
                shouldThrow<InvalidConfigException> {
                        b.pool.control.reconfigure { budget = this@together.budget.share(3) }
                    }
                    .message shouldContain "has guaranteed 2 to 'a'"
                shouldThrow<InvalidConfigException> { b.pool.control.reconfigure { budget = Budget(9).share() } }
                    .message shouldContain "must stay"
                shouldThrow<InvalidConfigException> { pool("c", guaranteed = 1) }.message shouldContain
                    "budget guarantees 1"
            }
        }

        test("4.7: bad totals and guarantees are refused with one clear error") {
            shouldThrow<IllegalArgumentException> { Budget(0) }.message shouldBe "total is 0 but must be at least 1"
            shouldThrow<IllegalArgumentException> { Budget(3).share(4) }.message shouldBe
                "guaranteed is 4 but must be 0 to 3, the total of the budget"
            together(4) {
                pool("a", guaranteed = 3)
                shouldThrow<IllegalArgumentException> { budget.resize(2) }.message shouldBe
                    "total is 2 but must be at least 3, which is guaranteed to pools"
                budget.total shouldBeLessThanOrEqualTo 4
            }
        }
    })
