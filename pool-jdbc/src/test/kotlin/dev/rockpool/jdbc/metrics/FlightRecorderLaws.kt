package dev.rockpool.jdbc.metrics

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.PoolConfig
import dev.rockpool.blocking.BlockingPool
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.time.Duration
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import jdk.jfr.consumer.RecordingFile

private val NAMES =
    listOf("ConnectionOpen", "ConnectionOpenFailed", "ConnectionClose", "AcquireTimeout", "Leak", "HealthChange") +
        listOf("Exhausted", "ExhaustionEnd", "PoolStatistics")

private object Plain : BlockingConnectionFactory<Any> {
    override fun open() = Any()

    override fun close(connection: Any) = Unit
}

/** Runs [block] during a recording, and returns the pool's events in it. */
private fun recorded(enabled: Boolean, block: () -> Unit): List<RecordedEvent> {
    val file = Files.createTempFile("rockpool", ".jfr")
    try {
        Recording().use { recording ->
            for (name in NAMES.map { "dev.rockpool.$it" }) if (enabled) recording.enable(name)
            else recording.disable(name)
            recording.start()
            block()
            recording.stop()
            recording.dump(file)
        }
        return RecordingFile.readAllEvents(file).filter { it.eventType.name.startsWith("dev.rockpool.") }
    } finally {
        Files.delete(file)
    }
}

/** What the JDK's flight recorder shows of a pool. */
class FlightRecorderLaws :
    FunSpec({
        fun use(pool: BlockingPool<Any>) {
            pool.acquire().use {
                runCatching { pool.acquire(Duration.ofMillis(20)) }
                Thread.sleep(1_100) // the recorder's own period
            }
            pool.control().clear()
            val end = System.nanoTime() + 10_000_000_000
            while (pool.snapshot().closed == 0L) check(System.nanoTime() < end)
            pool.close()
        }

        test("133: every event appears in a recording with its values") {
            val pool = BlockingPool.create(Plain, PoolConfig.builder().name("flown").maxSize(1).minIdle(0).build())
            RockpoolFlightRecorder.start(pool.control())
            val events =
                recorded(enabled = true) { use(pool) }.groupBy { it.eventType.name.removePrefix("dev.rockpool.") }
            events.values.flatten().map { it.getString("pool") }.toSet() shouldBe setOf("flown")
            events.keys shouldContainAll listOf("ConnectionOpen", "ConnectionClose", "AcquireTimeout", "PoolStatistics")
            events.getValue("ConnectionOpen").first().getLong("connection") shouldBe 1
            events.getValue("AcquireTimeout").single().getDuration("waited").toMillis() shouldBeGreaterThan 19
            events.getValue("ConnectionClose").first().run {
                getString("kind") shouldBe "CLEARED"
                getString("reason") shouldBe "cleared"
                getDuration("age").toMillis() shouldBeGreaterThan 1_000
            }
            events.getValue("PoolStatistics").first().run {
                getInt("maxSize") shouldBe 1
                getInt("leased") shouldBe 1
            }
        }

        test("133: a recording that disables the events has none, and a closed pool leaves no hook") {
            val pool = BlockingPool.create(Plain, PoolConfig.builder().name("silent").maxSize(1).minIdle(0).build())
            val writer = RockpoolFlightRecorder.start(pool.control())
            recorded(enabled = false) { use(pool) }.shouldBeEmpty()
            writer.close()
            recorded(enabled = true) { Thread.sleep(1_100) }.shouldBeEmpty()
        }
    })
