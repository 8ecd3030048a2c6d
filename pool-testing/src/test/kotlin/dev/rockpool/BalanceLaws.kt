package dev.rockpool

import dev.rockpool.testing.Step
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Laws 83 to 92: a balanced pool, in virtual time. */
class BalanceLaws :
    FunSpec({
        for (balance in Balance.entries) {
            test("83: a member with an idle connection serves before a caller waits elsewhere, $balance") {
                manyPools {
                    val reads = Balanced(balance = balance, test = this)
                    pass(1.seconds)
                    val first = reads.pool.acquire(Duration.ZERO)
                    val second = reads.pool.acquire(Duration.ZERO)
                    val third = reads.pool.acquire(Duration.ZERO)
                    reads.leased() shouldContainExactly listOf(1, 1, 1)
                    listOf(first, second, third).forEach { it.release() }
                    reads.end()
                }
            }
        }

        test("83: a member that was chosen but has no connection opens one, so it serves later") {
            manyPools {
                val reads = Balanced(2, balance = Balance.ROUND_ROBIN, test = this) { minIdle = if (it == 0) 1 else 0 }
                pass(1.seconds)
                repeat(2) { reads.pool.withConnection(Duration.ZERO) {} }
                reads.members.map { it.snapshot().acquired } shouldContainExactly listOf(2L, 0L)
                pass(1.milliseconds)
                repeat(2) { reads.pool.withConnection(Duration.ZERO) {} }
                reads.members.map { it.snapshot().acquired } shouldContainExactly listOf(3L, 1L)
                reads.members[1].snapshot().opened shouldBe 1
                reads.end()
            }
        }

        test("83: a member that was chosen but has only stale connections probes one, so it serves later") {
            manyPools {
                val reads = Balanced(2, balance = Balance.ROUND_ROBIN, test = this) { trustWindow = 1.seconds }
                pass(10.seconds)
                val kept = reads.members[0].acquire()
                kept.release()
                repeat(4) {
                    reads.pool.withConnection(Duration.ZERO) {}
                    pass(100.milliseconds)
                }
                reads.members.map { it.snapshot().acquired } shouldContainExactly listOf(4L, 1L)
                reads.factories[1].connections.single().probeCount shouldBe 1
                reads.end()
            }
        }

        test("83: a paused member is not chosen, and serves callers that wait when it is resumed") {
            manyPools {
                val reads = Balanced(2, balance = Balance.LEAST_ACTIVE, test = this)
                pass(1.seconds)
                reads.members[0].control.pause()
                repeat(10) { reads.pool.withConnection(Duration.ZERO) {} }
                reads.members.map { it.snapshot().acquired } shouldContainExactly listOf(0L, 10L)
                val held = reads.members[1].acquire()
                val waiting = async { reads.pool.acquire() }
                pass(1.seconds)
                reads.pending() shouldContainExactly listOf(1, 1)
                reads.members[0].control.resume()
                waiting.await().release()
                reads.members[0].snapshot().acquired shouldBe 1
                held.release()
                reads.end()
            }
        }

        test("84: the first connection to come free anywhere serves the caller that has waited longest") {
            manyPools {
                val reads = Balanced(test = this)
                val held = reads.holdAll().map { it.single() }
                val served = mutableListOf<Int>()
                repeat(5) { caller ->
                    launch {
                        reads.pool.withConnection {
                            served += caller
                            delay(1.seconds)
                        }
                    }
                    pass(1.milliseconds)
                }
                reads.pending() shouldContainExactly listOf(5, 5, 5)
                reads.pool.snapshot().pending shouldBe 5
                for (member in listOf(2, 0, 1)) {
                    held[member].release()
                    pass(1.milliseconds)
                }
                served shouldContainExactly listOf(0, 1, 2)
                pass(3.seconds)
                served shouldContainExactly listOf(0, 1, 2, 3, 4)
                reads.end()
            }
        }

        test("84: a caller that waited before a member was known to be down is served by it when it returns") {
            manyPools {
                val reads =
                    Balanced(2, timeout = null, test = this) {
                        minIdle = 0
                        failFastAfter = 100.milliseconds
                    }
                reads.factories.forEach { it.opens.otherwise = Step.Fail(IllegalStateException("away")) }
                reads.factories[1].opens.otherwise = Step.Succeed
                val held = reads.members[1].acquire()
                val caller = async { reads.pool.acquire() }
                pass(5.seconds)
                reads.pending() shouldContainExactly listOf(0, 1)
                reads.factories[0].opens.otherwise = Step.Succeed
                pass(60.seconds)
                caller.isCompleted shouldBe true
                reads.leased() shouldContainExactly listOf(1, 1)
                caller.await().release()
                held.release()
                reads.end()
            }
        }

        test("85: exactly one lease per caller, and the other queues are empty before it runs") {
            manyPools {
                val reads = Balanced(test = this)
                val held = reads.holdAll().map { it.single() }
                val caller = async {
                    reads.pool.acquire().also { reads.pending() shouldContainExactly listOf(0, 0, 0) }
                }
                pass(1.milliseconds)
                held.forEach { it.close() } // all at the same moment
                val lease = caller.await()
                reads.leased().sum() shouldBe 1
                reads.pool.snapshot().acquired shouldBe 4
                lease.release()
                reads.end()
            }
        }

        for (count in listOf(1, 2, 16)) {
            test("86: a timeout is exact with $count members, and counted once") {
                manyPools {
                    val reads = Balanced(count, test = this)
                    val held = reads.holdAll().flatten()
                    pass(777.milliseconds)
                    val start = testScheduler.timeSource.markNow()
                    val error = shouldThrow<AcquireTimeoutException> { reads.pool.acquire(250.milliseconds) }
                    start.elapsedNow() shouldBe 250.milliseconds
                    error.waited shouldBe 250.milliseconds
                    error.poolName shouldBe "reads"
                    error.message shouldContain "active=$count"
                    reads.pool.snapshot().timedOut shouldBe 1
                    held.forEach { it.release() }
                    reads.end()
                }
            }
        }

        test(
            "86: a member that is closed meanwhile does not change the timeout, and the last one to close ends the wait"
        ) {
            manyPools {
                val reads = Balanced(2, test = this)
                val held = reads.holdAll().flatten()
                val start = testScheduler.timeSource.markNow()
                val patient = async { runCatching { reads.pool.acquire(1.seconds) }.exceptionOrNull() }
                val other = async { runCatching { reads.pool.acquire(5.seconds) }.exceptionOrNull() }
                pass(100.milliseconds)
                val closing = launch { reads.members[0].close(10.seconds) }
                (patient.await() is AcquireTimeoutException) shouldBe true
                start.elapsedNow() shouldBe 1.seconds
                val closingToo = launch { reads.members[1].close(10.seconds) }
                other.await().shouldNotBeNull().message shouldContain "pool 'reads' has been closed"
                start.elapsedNow() shouldBe 1.seconds
                shouldThrow<PoolClosedException> { reads.pool.acquire() }.poolName shouldBe "reads"
                held.forEach { it.release() }
                closing.join()
                closingToo.join()
            }
        }

        test("87: a caller that is cancelled in a race leases nothing anywhere, even if it was just served") {
            manyPools {
                val reads = Balanced(test = this)
                val held = reads.holdAll().map { it.single() }
                val waiting = launch { reads.pool.acquire() }
                pass(1.milliseconds)
                waiting.cancel()
                reads.pending() shouldContainExactly listOf(0, 0, 0)
                val served = launch { reads.pool.acquire() }
                pass(1.milliseconds)
                held[1].close()
                served.cancel() // it was served, but has not run yet
                pass(1.milliseconds)
                reads.leased() shouldContainExactly listOf(1, 0, 1)
                reads.pool.snapshot().cancelled shouldBe 1
                held[0].release()
                held[2].release()
                reads.end()
            }
        }

        for (balance in Balance.entries) {
            test("88: weights hold to 2 % over 10,000 leases, $balance") {
                manyPools {
                    val weights = listOf(1, 2, 5)
                    val reads =
                        Balanced(balance = balance, weights = weights, test = this) {
                            maxSize = 40
                            minIdle = 40
                        }
                    pass(5.seconds)
                    repeat(200) {
                        // so many callers at once that members with little weight would be full if weights did not
                        // count
                        val leases = List(50) { reads.pool.acquire(Duration.ZERO) }
                        leases.forEach { it.release() }
                    }
                    reads.members.forEachIndexed { index, member ->
                        val share = member.snapshot().acquired / 10_000.0
                        withClue("member $index") {
                            share.shouldBeBetween(weights[index] / 8.0, weights[index] / 8.0, 0.02)
                        }
                    }
                    reads.end()
                }
            }
        }

        test("89: a member whose server is away gets only the pool's own connects, and returns slowly") {
            manyPools {
                val reads = Balanced(balance = Balance.ROUND_ROBIN, test = this) { maxSize = 4 }
                pass(1.seconds)
                reads.factories[0].opens.otherwise = Step.Fail(IllegalStateException("away"))
                reads.factories[0].connections.single().isBroken = true
                reads.members[0].acquire().evict("the server has ended it")
                pass(100.milliseconds)
                val before = reads.members[0].snapshot()
                repeat(100) { reads.pool.withConnection(Duration.ZERO) {} }
                reads.pool.membersOut() shouldContainExactly listOf(reads.members[0])
                reads.members[0].snapshot().acquired shouldBe before.acquired
                reads.members[0].snapshot().pending shouldBe 0
                reads.factories[0].opens.otherwise = Step.Succeed
                pass(5.seconds)
                reads.pool.membersOut().shouldBeEmpty()
                val returned = reads.members[0].snapshot().acquired
                repeat(300) { reads.pool.withConnection(Duration.ZERO) {} }
                val few = reads.members[0].snapshot().acquired - returned
                withClue("$few of 300") { (few in 5..75) shouldBe true }
                pass(10.seconds)
                repeat(300) { reads.pool.withConnection(Duration.ZERO) {} }
                reads.members[0].snapshot().acquired shouldBe returned + few + 100
                reads.end()
            }
        }

        test("89: without traffic of its own, a member that is out connects again, although it needs no minimum") {
            manyPools {
                val reads = Balanced(balance = Balance.ROUND_ROBIN, test = this) { minIdle = if (it == 0) 0 else 1 }
                pass(1.seconds)
                reads.factories[0].opens.otherwise = Step.Fail(IllegalStateException("away"))
                reads.pool.withConnection(Duration.ZERO) {}
                pass(1.seconds)
                reads.pool.membersOut() shouldContainExactly listOf(reads.members[0])
                reads.factories[0].opens.otherwise = Step.Succeed
                pass(1.seconds * 60)
                reads.pool.membersOut().shouldBeEmpty()
                reads.members[0].snapshot().idle shouldBe 1
                reads.end()
            }
        }

        test("90: if more than half of the members are out, health is ignored and all are tried") {
            manyPools {
                val reads = Balanced(test = this) { minIdle = 0 }
                reads.factories.forEach { it.opens.otherwise = Step.Fail(IllegalStateException("away")) }
                val waiting = async { reads.pool.acquire() }
                pass(1.seconds)
                reads.pending() shouldContainExactly listOf(1, 1, 1)
                reads.factories.forEach { it.opens.calls shouldBe it.opens.calls.coerceAtLeast(1) }
                reads.pool.membersOut().shouldBeEmpty()
                reads.factories[1].opens.otherwise = Step.Succeed
                pass(5.seconds)
                waiting.await().release()
                reads.leased() shouldContainExactly listOf(0, 0, 0)
                reads.members[1].snapshot().acquired shouldBe 1
                reads.end()
            }
        }

        for ((away, pending) in listOf(1 to listOf(0, 1, 1), 2 to listOf(1, 1, 1))) {
            test("90: with $away of three members away, callers wait in ${pending.sum()}") {
                manyPools {
                    val reads = Balanced(test = this)
                    reads.factories.take(away).forEach { it.opens.otherwise = Step.Fail(IllegalStateException("away")) }
                    pass(1.seconds)
                    reads.pool.membersOut() shouldContainExactly reads.members.take(pending.count { it == 0 })
                    val held = reads.members.drop(away).map { it.acquire() }
                    val waiting = async { reads.pool.acquire() }
                    pass(1.milliseconds)
                    reads.pending() shouldContainExactly pending
                    held.forEach { it.release() }
                    waiting.await().release()
                    reads.end()
                }
            }
        }

        test("90: if every member is down, a caller fails at once with the last error") {
            manyPools {
                val reads = Balanced(2, test = this) { failFastAfter = 1.seconds }
                reads.factories.forEach { it.opens.otherwise = Step.Fail(IllegalStateException("away")) }
                pass(10.seconds)
                val start = testScheduler.timeSource.markNow()
                val error = shouldThrow<ConnectFailedException> { reads.pool.acquire() }
                start.elapsedNow() shouldBe Duration.ZERO
                error.message shouldContain "away"
                reads.pending() shouldContainExactly listOf(0, 0)
                reads.end()
            }
        }

        test("91: a caller that timed out marks no member") {
            manyPools {
                val reads = Balanced(2, test = this)
                val held = reads.holdAll().flatten()
                repeat(20) { shouldThrow<AcquireTimeoutException> { reads.pool.acquire(100.milliseconds) } }
                reads.pool.membersOut().shouldBeEmpty()
                reads.pool.control.health().issues.shouldBeEmpty()
                held.forEach { it.release() }
                List(2) { reads.pool.acquire(Duration.ZERO) }.forEach { it.release() }
                reads.end()
            }
        }

        test("92: the numbers are the sums of the members', and a caller that waits in several queues counts once") {
            manyPools {
                val reads = Balanced(test = this) { maxSize = it + 1 }
                val published = reads.pool.stats
                val held = reads.holdAll().flatten()
                val callers = List(4) { launch { reads.pool.withConnection { delay(1.seconds) } } }
                val alone = launch { reads.members[0].withConnection { delay(1.seconds) } }
                runCatching { reads.pool.acquire(Duration.ZERO) }
                pass(10.milliseconds)
                reads.pool.snapshot().pending shouldBe 5
                pass(2.seconds)
                held.forEach { it.release() }
                callers.forEach { it.join() }
                alone.join()
                pass(5.seconds)
                val sum = reads.pool.snapshot()
                val all = reads.members.map { it.snapshot() }
                sum.name shouldBe "reads"
                sum.maxSize shouldBe 6
                reads.pool.config.maxSize shouldBe 6
                sum.total shouldBe all.sumOf { it.total }
                sum.idle shouldBe all.sumOf { it.idle }
                sum.acquired shouldBe 11
                sum.acquired shouldBe all.sumOf { it.acquired }
                sum.opened shouldBe all.sumOf { it.opened }
                sum.timedOut shouldBe 1
                sum.pending shouldBe 0
                sum.times.wait.count shouldBe all.sumOf { it.times.wait.count }
                sum.times.wait.max shouldBe all.maxOf { it.times.wait.max }
                sum.times.use.count shouldBe all.sumOf { it.times.use.count }
                published.value shouldBe sum
                reads.end()
            }
        }

        test("a balanced pool names everything that is wrong with its members") {
            manyPools {
                val one = Balanced(1, test = this).members.single()
                val error =
                    shouldThrow<InvalidConfigException> {
                        balanced("reads", listOf(one, one), weights = listOf(0, 1, 2))
                    }
                error.problems shouldContainExactly
                    listOf(
                        "members contain the same pool twice",
                        "weights are 3 but must be 2, one for each member, or none",
                        "weights contain 0 but must be 1 to 1000",
                    )
                shouldThrow<InvalidConfigException> { balanced("reads", listOf<Pool<Any>>()) }.message shouldContain
                    "members are 0 but must be 1 to 64"
                shouldThrow<InvalidConfigException> { balanced("reads", listOf(one), rampUp = (-1).seconds) }
            }
        }

        test("control acts on all members, and refuses what concerns one") {
            manyPools {
                val reads = Balanced(2, test = this)
                pass(1.seconds)
                val control = reads.pool.control
                control.connections().size shouldBe 2
                control.pause()
                reads.members.map { it.snapshot().paused } shouldContainExactly listOf(true, true)
                reads.pool.snapshot().paused shouldBe true
                control.resume()
                control.clear() shouldBe 2
                control.check().isHealthy shouldBe true
                shouldThrow<UnsupportedOperationException> { control.evict(1) }.message shouldContain "one of them"
                shouldThrow<UnsupportedOperationException> { control.reconfigure(reads.pool.config) }
                pass(1.seconds)
                reads.pool.tryAcquire().shouldNotBeNull().close()
                reads.holdAll().flatten().also { reads.pool.tryAcquire().shouldBeNull() }.forEach { it.close() }
                reads.end()
            }
        }
    })
