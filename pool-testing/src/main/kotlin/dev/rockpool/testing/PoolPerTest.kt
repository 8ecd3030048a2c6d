package dev.rockpool.testing

import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.PoolStats
import dev.rockpool.blocking.BlockingPool
import io.kotest.core.listeners.AfterTestListener
import io.kotest.core.listeners.BeforeTestListener
import io.kotest.core.spec.style.scopes.FunSpecRootScope
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/**
 * A Kotest extension that gives each test a pool of fake connections in real time, and fails a test that loses
 * something: a lease that is out, a caller that waits, a connection that is not closed exactly once.
 *
 * ```
 * class OrdersSpec : FunSpec({
 *     val rockpool = extension(PoolPerTest { maxSize = 2 })
 *     test("an order returns its connection") { rockpool.pool.withConnection { ... } }
 * })
 * ```
 *
 * For virtual time there is [poolTest]. Needs kotest-framework-engine. The tests of one spec must run one after
 * another, which is Kotest's default.
 *
 * @param patience how long what a test has begun may take to come to rest after it
 * @param settings of the pools; unlike a pool's own default, `minIdle` is 0 unless set
 */
public class PoolPerTest(private val patience: Duration = 5.seconds, settings: PoolSettings.() -> Unit = {}) :
    BeforeTestListener, AfterTestListener {
    private val config = PoolConfig {
        name = "test"
        minIdle = 0
        settings()
    }
    private val watched = CopyOnWriteArrayList<() -> PoolStats>()
    private var fixture: PoolFixture? = null

    /** The pool of the test that runs. */
    public val pool: Pool<FakeConnection>
        get() = blocking.pool()

    /** The same pool for threads. */
    public val blocking: BlockingPool<FakeConnection>
        get() = current().pool()

    /** What opens its connections. */
    public val factory: ScriptedFactory
        get() = current().factory()

    /** Has a pool of the spec's own checked after each test, too: nothing leased, nobody waiting. It is not closed. */
    @JvmSynthetic public fun watching(stats: () -> PoolStats): PoolPerTest = apply { watched += stats }

    @JvmSynthetic
    override suspend fun beforeTest(testCase: TestCase) {
        if (testCase.type == TestType.Test) fixture = PoolFixture(config)
    }

    @JvmSynthetic
    override suspend fun afterTest(testCase: TestCase, result: TestResult) {
        if (testCase.type != TestType.Test) return
        fixture?.end(patience.toJavaDuration())
        fixture = null
        watched.forEach { PoolFixture.awaitQuiet(it, patience.toJavaDuration()) }
    }

    private fun current() = checkNotNull(fixture) { "there is a pool only while a test runs" }
}

/** A test of its own name that is a [dev.rockpool.testing.poolTest]: a pool of fake connections in virtual time. */
@JvmSynthetic
public fun FunSpecRootScope.poolTest(
    name: String,
    factory: () -> ScriptedFactory = ::ScriptedFactory,
    settings: PoolSettings.() -> Unit = {},
    body: suspend PoolTestScope.() -> Unit,
): Unit = test(name) { poolTest(factory(), settings, body = body) }
