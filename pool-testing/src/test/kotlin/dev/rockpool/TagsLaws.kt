package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.checkNothingLost
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.Collections
import java.util.concurrent.ConcurrentHashMap
import kotlin.random.Random
import kotlin.random.nextInt
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

private data class Tenant(val name: String)

/** Prepares fake connections, and knows what each is prepared for. A [script] can make a call fail or take time. */
private class FakePreparer(private val script: suspend (FakeConnection, Any?) -> Unit = { _, _ -> }) :
    Preparer<FakeConnection> {
    val states = ConcurrentHashMap<FakeConnection, Any>()
    val calls: MutableList<String> = Collections.synchronizedList(mutableListOf())
    var costs: (Any?, Any?) -> Int = { _, _ -> 1 }
    var trusted: (used: Boolean) -> Boolean = { true }

    fun stateOf(connection: FakeConnection): Any? = states[connection]

    override fun cost(from: Any?, to: Any?): Int = costs(from, to)

    override suspend fun prepare(connection: FakeConnection, tag: Any?) {
        calls += "${connection.number}: $tag"
        states[connection] = "half done"
        script(connection, tag)
        if (tag == null) states.remove(connection) else states[connection] = tag
    }

    override fun isPrepared(connection: FakeConnection, tag: Any?, used: Boolean): Boolean = trusted(used)
}

@OptIn(ExperimentalCoroutinesApi::class)
private fun tagged(
    preparer: FakePreparer = FakePreparer(),
    settings: PoolSettings.() -> Unit = {},
    body: suspend TestScope.(Pool<FakeConnection>, FakePreparer, ScriptedFactory) -> Unit,
) =
    runTest(timeout = 60.seconds) {
        val factory = ScriptedFactory()
        val context = backgroundScope.coroutineContext + StandardTestDispatcher(testScheduler)
        val pool =
            Pool("tenants", factory, preparer, context, testScheduler.timeSource) {
                minIdle = 0
                settings()
            }
        body(pool, preparer, factory)
        testScheduler.runCurrent()
        checkNothingLost(pool, factory)
    }

private suspend fun Pool<FakeConnection>.use(tag: Any?, preparer: FakePreparer): Int =
    withConnection(tag = tag) { connection ->
        preparer.stateOf(connection) shouldBe tag
        connection.number
    }

/** Feature 1.19: connections that are prepared for a tag. */
@OptIn(ExperimentalCoroutinesApi::class)
class TagsLaws :
    FunSpec({
        val a = Tenant("a")
        val b = Tenant("b")

        test("161: nobody gets a connection that is prepared for another tag, also without a tag") {
            tagged(settings = { maxSize = 1 }) { pool, preparer, _ ->
                for (tag in listOf(a, b, null, a)) pool.use(tag, preparer)
                pool.withConnection { preparer.stateOf(it).shouldBeNull() }
                preparer.calls shouldContainExactly listOf("1: $a", "1: $b", "1: null", "1: $a", "1: null")
                pool.use(a, preparer)
                pool.tryAcquire().shouldBeNull() // it would have to be prepared
                pool.tagged(b).tryAcquire().shouldBeNull()
                pool.tagged(Tenant("a")).tryAcquire().shouldNotBeNull().close()
            }
        }

        test("162: a match costs no call, and an idle match goes first") {
            tagged(settings = { maxSize = 3 }) { pool, preparer, _ ->
                val first = pool.tagged(a).acquire()
                val second = pool.tagged(b).acquire()
                second.release()
                first.release()
                preparer.calls.clear()
                repeat(3) {
                    pool.use(Tenant("a"), preparer) shouldBe 1
                    pool.use(Tenant("b"), preparer) shouldBe 2
                }
                preparer.calls.shouldBeEmpty()
            }
        }

        test("162: without a match an untagged connection goes first, then the cheapest to change") {
            tagged(settings = { maxSize = 3 }) { pool, preparer, _ ->
                val all = listOf(a, b, null).map { pool.tagged(it).acquire() }
                all.forEach { it.release() }
                preparer.costs = { from, _ -> if (from == b) 1 else 5 }
                pool.use(Tenant("c"), preparer) shouldBe 3
                pool.use(Tenant("d"), preparer) shouldBe 2
                preparer.costs = { from, _ -> if (from == a) 1 else 5 }
                pool.use(Tenant("e"), preparer) shouldBe 1
            }
        }

        test("162: of connections that are equally cheap to change, the tag used longest ago is given up") {
            tagged(settings = { maxSize = 3 }) { pool, preparer, _ ->
                val all = listOf("a", "b", "c").map { pool.tagged(Tenant(it)).acquire() }
                all.forEach { it.release() }
                pool.use(Tenant("a"), preparer) shouldBe 1
                pool.use(Tenant("d"), preparer) shouldBe 2
                pool.use(Tenant("c"), preparer) shouldBe 3
                pool.use(Tenant("e"), preparer) shouldBe 1
                pool.use(Tenant("d"), preparer) shouldBe 2
            }
        }

        test("163: a failed preparation closes the connection, and another one is tried") {
            var failures = 1
            val preparer = FakePreparer { _, _ -> if (failures-- > 0) error("no such tenant") }
            tagged(preparer) { pool, _, factory ->
                pool.use(a, preparer) shouldBe 2
                factory.connections[0].isClosed shouldBe true
                failures = 3
                shouldThrow<ConnectFailedException> { pool.use(b, preparer) }.message shouldContain "no such tenant"
                testScheduler.runCurrent()
                factory.openConnections.shouldBeEmpty()
            }
        }

        test("163: a preparation that hangs is bounded, and one that is cancelled closes its connection") {
            val preparer = FakePreparer { _, tag -> if (tag == b) delay(1.seconds) }
            tagged(preparer, { resetTimeout = 100.milliseconds }) { pool, _, factory ->
                val start = testScheduler.timeSource.markNow()
                shouldThrow<ConnectFailedException> { pool.use(b, preparer) }
                start.elapsedNow() shouldBe 300.milliseconds
                val doomed = launch { pool.use(b, preparer) }
                testScheduler.advanceTimeBy(50)
                doomed.cancel()
                doomed.join()
                testScheduler.runCurrent()
                factory.openConnections.shouldBeEmpty()
                shouldThrow<AcquireTimeoutException> { pool.withConnection(50.milliseconds, tag = b) {} }
            }
        }

        test("164: a reset never removes the tag") {
            tagged { pool, preparer, _ ->
                pool.withConnection(tag = a) { it.isDirty = true }
                pool.use(a, preparer)
                preparer.calls shouldContainExactly listOf("1: $a")
            }
        }

        test("165: a connection whose tag is not trusted after use is prepared again, and only then") {
            tagged { pool, preparer, _ ->
                preparer.trusted = { used -> !used }
                repeat(2) { pool.use(a, preparer) }
                preparer.calls shouldContainExactly listOf("1: $a", "1: $a")
                preparer.trusted = { error("cannot tell") }
                pool.use(a, preparer) shouldBe 2 // the first one was closed
            }
        }

        test("166: arrival order holds across tags: the head is never passed for a match") {
            tagged(settings = { maxSize = 1 }) { pool, preparer, _ ->
                val held = pool.tagged(b).acquire()
                val order = mutableListOf<Any?>()
                val callers =
                    listOf(a, b, null, b, a).map { tag ->
                        launch { pool.withConnection(tag = tag) { order += tag } }.also { testScheduler.runCurrent() }
                    }
                held.release()
                callers.forEach { it.join() }
                order shouldContainExactly listOf(a, b, null, b, a)
                preparer.calls.size shouldBe 6
            }
        }

        test("166: of several idle connections a waiting caller gets its match") {
            tagged(settings = { maxSize = 2 }) { pool, preparer, _ ->
                listOf(a, b).map { pool.tagged(it).acquire() }.forEach { it.release() }
                preparer.calls.clear()
                pool.control.pause()
                val callers = listOf(b, a).map { tag -> launch { pool.use(tag, preparer) } }
                testScheduler.runCurrent()
                pool.control.resume()
                callers.forEach { it.join() }
                preparer.calls.shouldBeEmpty()
            }
        }

        test("167: a pool without a preparer says that it knows no tags") {
            val factory = ScriptedFactory()
            runTest {
                val pool = Pool("plain", factory, backgroundScope.coroutineContext)
                shouldThrow<IllegalStateException> { pool.withConnection(tag = a) {} }.message shouldBe
                    "pool 'plain' knows no tags, because it has no preparer"
                pool.close()
            }
        }

        test("161: a class of callers can have tags, too") {
            tagged(settings = { maxSize = 2 }) { pool, preparer, _ ->
                val jobs = pool.callers("jobs", max = 1)
                jobs.withConnection(tag = a) {
                    preparer.stateOf(it) shouldBe a
                    jobs.quota().leased shouldBe 1
                    jobs.tagged(b).tryAcquire().shouldBeNull()
                    shouldThrow<AcquireTimeoutException> { jobs.withConnection(10.milliseconds, tag = b) {} }
                        .quota
                        .shouldNotBeNull()
                        .isLimit shouldBe true
                }
                jobs.withConnection { preparer.stateOf(it).shouldBeNull() }
            }
        }

        test("161: threads and futures get connections with their tag") {
            val factory = ScriptedFactory()
            val states = ConcurrentHashMap<FakeConnection, Any>()
            val preparer =
                BlockingPreparer<FakeConnection> { connection, tag ->
                    if (tag == null) states.remove(connection) else states[connection] = tag
                }
            val config = PoolConfig.builder().name("threads").minIdle(0).maxSize(2).build()
            val pool = BlockingPool.create(factory.blocking(), config, null, preparer)
            pool.useConnection<RuntimeException>(a) { states[it] shouldBe a }
            pool.withConnection<Any?, RuntimeException>(b) { states[it] } shouldBe b
            pool.tagged(a).acquireAsync().get().use { states[it.connection] shouldBe a }
            pool.useConnection<RuntimeException> { states[it].shouldBeNull() }
            pool.close()
        }

        test("161: random callers with random tags get what they ask for, and lose nothing") {
            val proof = System.getProperty("rockpool.proof") == "true"
            val only = System.getProperty("rockpool.seed")?.toLong()
            val seeds = if (only != null) only..only else 1L..(if (proof) 5_000L else 100L)
            for (seed in seeds) {
                withClue("rerun with -Drockpool.seed=$seed") { randomRun(seed) }
            }
        }
    })

/** A random run. The seed decides everything. */
@OptIn(ExperimentalCoroutinesApi::class)
private fun randomRun(seed: Long) {
    val random = Random(seed)
    val preparer = FakePreparer { _, _ ->
        when (random.nextInt(8)) {
            0 -> error("refused")
            1 -> delay(random.nextInt(1..20).milliseconds)
        }
    }
    val size = random.nextInt(1..4)
    tagged(
        preparer,
        {
            maxSize = size
            acquireTimeout = null
        },
    ) { pool, _, factory ->
        val tags = listOf(null, Tenant("a"), Tenant("b"), Tenant("c"))
        val jobs =
            List(60) { number ->
                if (random.nextInt(3) == 0) testScheduler.advanceTimeBy(random.nextInt(0..20).milliseconds)
                testScheduler.runCurrent()
                if (random.nextInt(10) == 0) pool.control.evictAll()
                if (random.nextInt(10) == 0)
                    factory.connections.filterNot { it.isClosed }.randomOrNull(random)?.isDirty = true
                val tag = tags.random(random)
                val hold = random.nextInt(0..20).milliseconds
                val view = if (tag == null && random.nextBoolean()) pool else pool.tagged(tag)
                launch {
                    try {
                        view.withConnection {
                            preparer.stateOf(it) shouldBe tag
                            delay(hold)
                            preparer.stateOf(it) shouldBe tag
                        }
                    } catch (_: ConnectFailedException) {
                        // three preparations in a row have failed
                    }
                }
            }
        jobs.filter { random.nextInt(6) == 0 }.forEach { it.cancel() }
        jobs.forEach { it.join() }
        testScheduler.advanceTimeBy(Duration.parse("10s"))
    }
}
