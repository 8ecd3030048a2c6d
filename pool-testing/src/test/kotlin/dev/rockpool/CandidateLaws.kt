package dev.rockpool

import dev.rockpool.internal.balance.Candidate
import dev.rockpool.internal.balance.Candidates
import dev.rockpool.internal.balance.MemberLeasing
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.checkNothingLost
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

/** Pools that come and go while callers wait, as those of the standbys of a cluster do; in virtual time. */
class CandidateLaws :
    FunSpec({
        test("a pool that joins serves the callers that wait, in their order, and they leave the other queues") {
            manyPools {
                val busy = Group(this, 2)
                val held = busy.acquire(0)
                val served = mutableListOf<Int>()
                repeat(3) { caller ->
                    launch {
                        val lease = busy.acquire(0)
                        served += caller
                        delay(1.seconds)
                        lease.release()
                    }
                    pass(1.milliseconds)
                }
                busy.pending() shouldContainExactly listOf(3, 0)
                busy.join(1)
                pass(1.milliseconds)
                served shouldContainExactly listOf(0)
                busy.pending() shouldContainExactly listOf(2, 2)
                pass(5.seconds)
                served shouldContainExactly listOf(0, 1, 2)
                busy.pools[0].snapshot().acquired shouldBe 1
                held.release()
                busy.end()
            }
        }

        test("a pool that joins twice, or that closes, changes nothing for callers that wait elsewhere") {
            manyPools {
                val group = Group(this, 2)
                val held = listOf(group.acquire(0), group.acquire(1))
                val waiting = async { group.acquire(0) }
                pass(1.milliseconds)
                repeat(2) { group.join(1) }
                group.pending() shouldContainExactly listOf(1, 1)
                group.leave(1)
                held[1].release()
                waiting.await().release()
                val again = async { group.acquire(0) }
                pass(1.milliseconds)
                group.pending() shouldContainExactly listOf(1, 0)
                group.join(1)
                pass(1.milliseconds)
                again.await().release()
                held[0].release()
                group.end()
            }
        }

        test("a pool that joins after a caller has chosen, and before it waits, serves it, too") {
            manyPools {
                val group = Group(this, 2)
                val held = group.acquire(0)
                group.join(1) // no caller waits yet
                group.acquire(0).run {
                    group.pools[1].snapshot().leased shouldBe 1
                    release()
                }
                held.release()
                group.end()
            }
        }

        test("the timeout is exact, however many pools join, and the last pool to close gives its error") {
            manyPools {
                val group = Group(this, 2)
                val held = listOf(group.acquire(0), group.acquire(1))
                val start = testScheduler.timeSource.markNow()
                val waiting = async { runCatching { group.acquire(0, 1.seconds) } }
                pass(500.milliseconds)
                group.join(1)
                waiting.await().exceptionOrNull()!!::class shouldBe AcquireTimeoutException::class
                start.elapsedNow() shouldBe 1.seconds
                group.pending() shouldContainExactly listOf(0, 0)
                val last = async { runCatching { group.acquire(0, 9.seconds) } }
                pass(1.milliseconds)
                group.pending() shouldContainExactly listOf(1, 1)
                group.pools[0].close(Duration.ZERO)
                pass(1.milliseconds)
                last.isCompleted shouldBe false
                group.pools[1].close(Duration.ZERO)
                last.await().exceptionOrNull()!!::class shouldBe PoolClosedException::class
                shouldThrow<PoolClosedException> { group.acquire(0) }
                held.forEach { it.release() }
            }
        }

        test("random callers of pools that come and go get one lease each, or time out exactly; nothing is lost") {
            val proof = System.getProperty("rockpool.proof") == "true"
            val only = System.getProperty("rockpool.seed")?.toLong()
            val seeds = if (only != null) only..only else 1L..(if (proof) 2_000L else 25L)
            for (seed in seeds) {
                withClue("rerun with -Drockpool.seed=$seed") {
                    runTest(timeout = 60.seconds) { randomly(Random(seed)) }
                }
            }
        }
    })

private suspend fun TestScope.randomly(random: Random) {
    val group = Group(this, 3)
    val callers = mutableListOf<Job>()
    val wrong = mutableListOf<String>()
    repeat(80) {
        when (random.nextInt(10)) {
            0 -> group.leave(random.nextInt(1, 3))
            1,
            2 -> group.join(random.nextInt(1, 3))
            3 -> callers.filter { it.isActive }.randomOrNull(random)?.cancel()
            4 -> group.factories.random(random).opens.next(Step.After(random.nextInt(1, 60).milliseconds))
            5 -> group.pools.random(random).control.evictAll()
            else -> {
                val timeout = random.nextInt(1, 400).milliseconds
                val hold = random.nextInt(50).milliseconds
                callers += launch {
                    val start = testScheduler.timeSource.markNow()
                    try {
                        val lease = group.acquire(0, timeout)
                        if (start.elapsedNow() > timeout) wrong += "served late"
                        withContext(NonCancellable) {
                            delay(hold)
                            lease.release()
                        }
                    } catch (_: AcquireTimeoutException) {
                        if (start.elapsedNow() != timeout) wrong += "$timeout, ${start.elapsedNow()}"
                    }
                }
            }
        }
        pass(random.nextInt(30).milliseconds)
    }
    callers.forEach { it.join() }
    wrong shouldBe emptyList()
    group.end()
}

/** Pools of one connection each. The first one is always a candidate, the others join and leave. */
private class Group(private val test: TestScope, count: Int) {
    val factories = List(count) { ScriptedFactory() }
    val pools: List<Pool<FakeConnection>> =
        factories.mapIndexed { index, factory ->
            Pool("pool $index", factory, test.poolContext, test.testScheduler.timeSource) {
                maxSize = 1
                minIdle = 0
                trustWindow = null
            }
        }
    private val engines = pools.map { (it as EnginePool<FakeConnection>).engine }
    private val candidates = Candidates<FakeConnection>()
    private val all = engines.mapIndexed { index, engine -> Candidate(index, engine) }
    private val leasing =
        MemberLeasing<FakeConnection, Lease<FakeConnection>> { member, slot, ticket ->
            engines[member].lease(slot, ticket)
        }

    /** A caller that may use this pool, and those that join. */
    suspend fun acquire(pool: Int, timeout: Duration? = 30.seconds): Lease<FakeConnection> {
        val holder = currentCoroutineContext()[Job]!!
        val among = listOf(all[pool])
        return candidates.tryAcquire(among, holder, leasing)
            ?: candidates.await(among, timeout, Priority.NORMAL, leasing)
    }

    fun join(pool: Int) {
        candidates.joined(all[pool])
        candidates.invite(all[pool])
    }

    fun leave(pool: Int) = candidates.left(all[pool])

    fun pending() = pools.map { it.snapshot().pending }

    suspend fun end() {
        test.pass(1.seconds)
        pending().sum() shouldBe 0
        pools.zip(factories).forEach { (pool, factory) ->
            pool.close()
            checkNothingLost(pool, factory)
        }
    }
}
