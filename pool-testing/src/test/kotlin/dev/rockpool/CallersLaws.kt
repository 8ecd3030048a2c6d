package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedHooks
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.launch

private fun PoolTestScope.waiter(
    of: Pool<FakeConnection>,
    timeout: Duration? = 1.minutes,
    priority: Priority = Priority.NORMAL,
): Deferred<Result<Lease<FakeConnection>>> =
    async { runCatching { of.acquire(timeout, priority) } }.also { runCurrent() }

private suspend fun Deferred<Result<Lease<FakeConnection>>>.lease() = await().getOrThrow()

private val CallerPool<*>.leased
    get() = quota().leased

/** Feature 1.19: classes of callers with quotas and reserved places. */
class CallersLaws :
    FunSpec({
        test("168: a class never has more connections than its maximum") {
            poolTest(settings = { maxSize = 5 }) {
                val jobs = pool.callers("jobs", max = 2)
                val all = List(4) { waiter(jobs) }
                jobs.leased shouldBe 2
                jobs.quota().waiting shouldBe 2
                jobs.tryAcquire().shouldBeNull()
                for (caller in all) {
                    caller.lease().close()
                    runCurrent()
                }
                factory.opens.calls shouldBe 2 // nothing is opened for callers who may not have it
            }
        }

        test("168: no more connections are being opened for a class than its quota allows") {
            poolTest(
                settings = {
                    maxSize = 5
                    maxConcurrentOpens = 5
                }
            ) {
                factory.opens.otherwise = Step.After(1.seconds)
                val jobs = pool.callers("jobs", max = 2)
                val all = List(4) { waiter(jobs) }
                factory.opens.calls shouldBe 2
                val plain = waiter(pool)
                factory.opens.calls shouldBe 3
                advanceTimeBy(1.seconds)
                for (caller in all + plain) {
                    caller.lease().close()
                    runCurrent()
                }
            }
        }

        test("168: views of one name share one quota") {
            poolTest(settings = { maxSize = 5 }) {
                val lease = pool.callers("jobs", max = 1).acquire()
                val again = pool.callers("jobs", max = 1)
                again.tryAcquire().shouldBeNull()
                shouldThrow<InvalidConfigException> { again.callers("jobs", max = 2) }.message shouldContain
                    "callers 'jobs' exist with max 1 and reserved 0, so they cannot be created with max 2 and reserved 0"
                shouldThrow<InvalidConfigException> { pool.callers("jobs", max = 1, reserved = 1) }
                    .message shouldContain "so they cannot be created with max 1 and reserved 1"
                lease.close()
            }
        }

        test("168: a caller held back blocks nobody behind it, and keeps its place") {
            poolTest(settings = { maxSize = 3 }) {
                val jobs = pool.callers("jobs", max = 1)
                val order = mutableListOf<String>()
                val first = jobs.acquire()
                val held = listOf("job 1", "job 2").map { name -> launch { jobs.withConnection { order += name } } }
                runCurrent()
                val plain = waiter(pool).lease()
                pool.tryAcquire().shouldBeNull() // a third connection is not open yet
                val late = waiter(pool).lease()
                pool.snapshot().pending shouldBe 2
                late.close()
                pool.tryAcquire().shouldNotBeNull().close()
                launch { jobs.withConnection { order += "job 3" } }
                runCurrent()
                order shouldContainExactly emptyList()
                first.close()
                runCurrent()
                order shouldContainExactly listOf("job 1", "job 2", "job 3")
                held.forEach { it.join() }
                plain.close()
            }
        }

        test("168: an idle connection serves a class at once when its lease ends in any other way") {
            for (end in
                listOf<(Lease<*>) -> Unit>(
                    { it.evict("test") },
                    {
                        (it.connection as FakeConnection).isBroken = true
                        it.close()
                    },
                )) {
                poolTest(settings = { maxSize = 2 }) {
                    val jobs = pool.callers("jobs", max = 1)
                    List(2) { waiter(pool) }.forEach { it.lease().close() }
                    val lease = jobs.acquire()
                    val next = waiter(jobs)
                    next.isCompleted shouldBe false
                    end(lease)
                    runCurrent()
                    next.isCompleted shouldBe true
                    next.lease().close()
                    advanceTimeBy(1.seconds)
                }
            }
        }

        test("168: a connection is opened for a class when its quota allows it again") {
            poolTest(settings = { maxSize = 2 }) {
                val jobs = pool.callers("jobs", max = 1)
                val lease = jobs.acquire()
                val next = waiter(jobs)
                val plain = waiter(pool)
                plain.isCompleted shouldBe true
                val other = waiter(pool) // gets the connection that the job returns
                lease.close()
                runCurrent()
                factory.opens.calls shouldBe 2
                plain.lease().close()
                other.lease().close()
                next.lease().close()
            }
        }

        test("168: a cancelled or timed-out caller takes nothing of its quota") {
            poolTest(settings = { maxSize = 3 }) {
                val jobs = pool.callers("jobs", max = 1)
                val lease = jobs.acquire()
                val cancelled = async { jobs.acquire() }
                runCurrent()
                val late = waiter(jobs, 50.milliseconds)
                val next = waiter(jobs)
                lease.close()
                cancelled.cancel() // it was served, but has not run yet
                runCurrent()
                shouldThrow<CancellationException> { cancelled.await() }
                val served = late.lease()
                jobs.leased shouldBe 1
                advanceTimeBy(50.milliseconds)
                next.isCompleted shouldBe false
                served.close()
                next.lease().close()
                jobs.leased shouldBe 0
            }
        }

        test("168: threads and futures keep to the quota, too") {
            realPool({ maxSize = 3 }) { pool, blocking ->
                val jobs = blocking.callers("jobs", 1)
                val lease = jobs.acquire()
                val future = jobs.acquireAsync()
                val worker = thread { jobs.withConnection<Unit, RuntimeException> {} }
                pool.untilPending(2)
                blocking.withConnection<Unit, RuntimeException> {}
                pool.snapshot().pending shouldBe 2
                lease.close()
                future.get(10, TimeUnit.SECONDS).close()
                worker.join()
                (jobs.pool() as CallerPool<*>).quota().leased shouldBe 0
            }
        }

        test("168: of threads alone, each is served when a lease of its class ends") {
            realPool({ maxSize = 3 }) { pool, blocking ->
                val jobs = blocking.callers("jobs", 1)
                val lease = jobs.acquire()
                val workers = List(3) { thread { jobs.withConnection<Unit, RuntimeException> {} } }
                pool.untilPending(3)
                lease.close()
                workers.forEach {
                    it.join(10_000)
                    it.isAlive shouldBe false
                }
            }
        }

        test("168: a lower maximum takes no connection away, and a higher one serves at once") {
            poolTest(settings = { maxSize = 4 }) {
                val jobs = pool.callers("jobs", max = 2)
                val leases = List(2) { waiter(jobs) }.map { it.lease() }
                jobs.limit(1, 0)
                leases[0].close()
                val next = waiter(jobs)
                next.isCompleted shouldBe false
                jobs.limit(2, 0)
                runCurrent()
                next.lease().close()
                leases[1].close()
            }
        }

        test("168: priorities hold within a class") {
            poolTest(settings = { maxSize = 3 }) {
                val jobs = pool.callers("jobs", max = 1)
                val lease = jobs.acquire()
                val normal = waiter(jobs)
                val high = waiter(jobs, priority = Priority.HIGH)
                lease.close()
                runCurrent()
                normal.isCompleted shouldBe false
                high.lease().close()
                normal.lease().close()
            }
        }

        test("168: a class cannot fill the queue for others") {
            poolTest(
                settings = {
                    maxSize = 2
                    maxPending = 2
                }
            ) {
                val jobs = pool.callers("jobs", max = 1)
                val lease = jobs.acquire()
                val waiting = List(2) { waiter(jobs) }
                shouldThrow<PoolExhaustedException> { jobs.acquire() }
                val plain = List(3) { waiter(pool) }
                plain.count { it.isCompleted } shouldBe 1
                lease.close()
                (plain + waiting).forEach { it.lease().close() }
            }
        }

        test("168: with a probe before each lease, a caller held back is not probed for") {
            poolTest(
                settings = {
                    maxSize = 2
                    trustWindow = Duration.ZERO
                }
            ) {
                val jobs = pool.callers("jobs", max = 1)
                val lease = jobs.acquire()
                val next = waiter(jobs)
                pool.withConnection {}
                advanceTimeBy(1.seconds)
                next.isCompleted shouldBe false
                factory.probes.calls shouldBe 0
                lease.close()
                next.lease().close()
            }
        }

        test("168: with a probe before each lease, a newcomer does not overtake a caller who waits for one") {
            poolTest(
                settings = {
                    maxSize = 2
                    trustWindow = Duration.ZERO
                }
            ) {
                val jobs = pool.callers("jobs", max = 2)
                List(2) { waiter(pool) }.forEach { it.lease().close() }
                pool.snapshot().idle shouldBe 2
                factory.probes.otherwise = Step.After(1.seconds)
                val first = waiter(jobs)
                jobs.tryAcquire().shouldBeNull() // the other idle connection would do for one who cannot wait
                pool.tryAcquire().shouldBeNull()
                advanceTimeBy(1.seconds)
                first.lease().close()
            }
        }

        test("169: reserved places stay available to their class") {
            poolTest(settings = { maxSize = 4 }) {
                val web = pool.callers("web", max = 4, reserved = 2)
                val jobs = pool.callers("jobs", max = 4)
                val taken = listOf(waiter(pool), waiter(jobs)).map { it.lease() }
                val plain = waiter(pool)
                val job = waiter(jobs)
                pool.tryAcquire().shouldBeNull()
                val own = List(2) { waiter(web) }.map { it.lease() }
                web.quota().reservedForOthers shouldBe 0
                own[0].close() // back to the reserve, because one of two is in use
                runCurrent()
                plain.isCompleted shouldBe false
                web.acquire().close()
                taken[0].close()
                plain.lease().close()
                job.lease().close()
                taken[1].close()
                own[1].close()
            }
        }

        test("169: places beyond the reserve are shared in order of arrival") {
            poolTest(settings = { maxSize = 2 }) {
                val web = pool.callers("web", max = 2, reserved = 1)
                val own = List(2) { waiter(web) }.map { it.lease() }
                val plain = waiter(pool)
                val third = waiter(web)
                own[0].close() // one is in use, so the reserve is used
                plain.lease().close()
                third.lease().close()
                own[1].close()
            }
        }

        test("169: a larger pool serves those that a reserve held back, a smaller one is refused below the reserve") {
            poolTest(settings = { maxSize = 2 }) {
                val web = pool.callers("web", max = 2, reserved = 2)
                val plain = waiter(pool)
                plain.isCompleted shouldBe false
                pool.control.reconfigure(pool.config.toBuilder().maxSize(3).build())
                runCurrent()
                plain.lease().close()
                shouldThrow<InvalidConfigException> {
                        pool.control.reconfigure(pool.config.toBuilder().maxSize(1).build())
                    }
                    .message shouldContain "maxSize is 1 but must be at least 2, which is reserved for callers"
                web.limit(2, 0)
                pool.control.reconfigure(pool.config.toBuilder().maxSize(1).build())
            }
        }

        test("169: a pause holds for every class, and a close ends every wait") {
            poolTest(settings = { maxSize = 3 }) {
                val web = pool.callers("web", max = 2, reserved = 1)
                web.acquire().close()
                pool.control.pause()
                val paused = waiter(web)
                paused.isCompleted shouldBe false
                pool.snapshot().idle shouldBe 1
                web.tryAcquire().shouldBeNull()
                pool.control.resume()
                runCurrent()
                val lease = paused.lease()
                val second = waiter(web).lease()
                val last = waiter(web)
                val closing = launch { web.close() }
                runCurrent()
                shouldThrow<PoolClosedException> { last.lease() }
                shouldThrow<PoolClosedException> { web.tryAcquire() }
                lease.close()
                second.close()
                closing.join()
            }
        }

        test("169: limits that cannot be kept are refused with all problems") {
            poolTest(settings = { maxSize = 3 }) {
                pool.callers("web", max = 3, reserved = 2)
                shouldThrow<InvalidConfigException> { pool.callers(" ", max = 0, reserved = -1) }.problems shouldBe
                    listOf(
                        "the name of the callers is ' ' but must not be blank",
                        "callers ' ': max is 0 but must be at least 1",
                        "callers ' ': reserved is -1 but must be between 0 and max, which is 0",
                    )
                shouldThrow<InvalidConfigException> { pool.callers("jobs", max = 2, reserved = 2) }.problems shouldBe
                    listOf(
                        "callers 'jobs': reserved is 2 but must be at most 1: of maxSize 3, 2 are reserved for others"
                    )
            }
        }

        test("170: a timeout says that the quota was the limit, with counts") {
            poolTest(settings = { maxSize = 5 }) {
                val jobs = pool.callers("jobs", max = 1)
                val lease = waiter(jobs).lease()
                val start = timeSource.markNow()
                val error = shouldThrow<AcquireTimeoutException> { jobs.acquire(100.milliseconds) }
                start.elapsedNow() shouldBe 100.milliseconds
                error.message shouldContain "the quota was the limit: callers 'jobs' have 1 of 1 connections"
                error.message shouldContain "raise the max of these callers"
                error.quota.shouldNotBeNull().isLimit shouldBe true
                shouldThrow<AcquireTimeoutException> { jobs.acquire(Duration.ZERO) }.quota?.leased shouldBe 1
                lease.close()
            }
        }

        test("170: a timeout says that the pool was the limit, with counts") {
            poolTest(settings = { maxSize = 1 }) {
                val jobs = pool.callers("jobs", max = 4)
                val lease = waiter(pool).lease()
                val error = shouldThrow<AcquireTimeoutException> { jobs.acquire(100.milliseconds) }
                error.message shouldContain
                    "the pool was the limit and not the quota: callers 'jobs' have 0 of 4 connections"
                error.quota?.isLimit shouldBe false
                lease.close()
            }
        }

        test("170: a timeout says that the rest of the pool is reserved, with counts") {
            poolTest(settings = { maxSize = 3 }) {
                pool.callers("web", max = 3, reserved = 2)
                val lease = waiter(pool).lease()
                val error = shouldThrow<AcquireTimeoutException> { pool.acquire(100.milliseconds) }
                error.message shouldContain
                    "the quota was the limit: callers without a quota have 1 connections, and what is left is " +
                        "reserved for others: 2"
                error.message shouldContain "raise maxSize, or reserve fewer places for others"
                lease.close()
            }
        }

        test("170: a slow connect is no fault of the quota") {
            poolTest(settings = { maxSize = 3 }) {
                val jobs = pool.callers("jobs", max = 1)
                factory.opens.next(Step.After(1.seconds))
                shouldThrow<AcquireTimeoutException> { jobs.acquire(100.milliseconds) }.quota?.isLimit shouldBe false
                advanceTimeBy(1.seconds)
            }
        }

        test("168: callers of a pool with hooks keep to the quota") {
            val hooks = ScriptedHooks()
            poolTest(settings = { maxSize = 3 }, hooks = hooks) {
                val jobs = pool.callers("jobs", max = 1)
                val lease = jobs.acquire()
                val next = waiter(jobs)
                next.isCompleted shouldBe false
                lease.release()
                next.lease().release()
            }
        }
    })
