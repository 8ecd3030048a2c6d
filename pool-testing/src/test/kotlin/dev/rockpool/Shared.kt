package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.checkNothingLost
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.test.TestScope

/** A pool and a shared pool over it, in virtual time. */
internal class Shared(
    private val test: TestScope,
    streams: Int = 3,
    streamsOf: ((FakeConnection) -> Int)? = null,
    base: PoolSettings.() -> Unit = {},
    settings: PoolSettings.() -> Unit = {},
) {
    val factory = ScriptedFactory()
    val base: Pool<FakeConnection> =
        Pool("base", factory, test.poolContext, test.testScheduler.timeSource) {
            maxSize = 3
            minIdle = 0
            trustWindow = null
            base()
        }
    val pool: SharedPool<FakeConnection> = SharedPool(this.base, streams, streamsOf, settings)

    /** The numbers of the connections of these leases. */
    suspend fun lease(count: Int): List<Lease<FakeConnection>> = List(count) { pool.acquire(5.seconds) }

    /** Checks that no caller waits, nothing is leased, and each connection is closed once. */
    suspend fun end() {
        test.pass(Duration.ZERO)
        pool.snapshot().run {
            leased shouldBe 0
            pending shouldBe 0
        }
        pool.close(Duration.ZERO)
        pool.snapshot().total shouldBe 0
        pool.carriersInUse shouldBe 0
        checkNothingLost(base, factory)
    }
}

internal val List<Lease<FakeConnection>>.numbers
    get() = map { it.connection.number }
