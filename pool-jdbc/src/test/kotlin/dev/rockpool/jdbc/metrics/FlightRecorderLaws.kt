package dev.rockpool.jdbc.metrics

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.Caller
import dev.rockpool.PoolConfig
import dev.rockpool.blocking.BlockingPool
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import jdk.jfr.Event
import jdk.jfr.FlightRecorder
import jdk.jfr.Name
import jdk.jfr.Period
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import jdk.jfr.consumer.RecordingFile

private val NAMES =
    listOf("ConnectionOpen", "ConnectionOpenFailed", "ConnectionClose", "AcquireTimeout", "Leak", "HealthChange") +
        listOf("Exhausted", "ExhaustionEnd", "PoolStatistics", "AcquireWait", "Probe", "Lease")

private object Plain : BlockingConnectionFactory<Any> {
    override fun open() = Any()

    override fun close(connection: Any) = Unit
}

/** An event with the period of the pool's own. It is never written: only its hook counts. */
@Name("test.Tick") @Period("1 s") private class Tick : Event()

/** Waits until every hook of a second's period has run in the present recording. */
private fun awaitPeriod() {
    val ticks = CountDownLatch(2)
    val hook = Runnable { ticks.countDown() }
    FlightRecorder.addPeriodicEvent(Tick::class.java, hook)
    try {
        check(ticks.await(30, TimeUnit.SECONDS)) { "the recorder ran no hook" }
    } finally {
        FlightRecorder.removePeriodicEvent(hook)
    }
}

private fun Recording.set(enabled: Boolean?) {
    for (name in NAMES.map { "dev.rockpool.$it" }) when (enabled) {
        true -> enable(name)
        false -> disable(name)
        null -> Unit
    }
}

/** Runs [block] during a recording, and returns the pool's events in it. Null leaves each event as it is by default. */
private fun recorded(enabled: Boolean?, block: () -> Unit): List<RecordedEvent> {
    val file = Files.createTempFile("rockpool", ".jfr")
    try {
        Recording().use { recording ->
            recording.set(enabled)
            recording.enable(Tick::class.java)
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
        /** Returns how long the connection was leased at least, in milliseconds. */
        fun use(pool: BlockingPool<Any>): Long {
            val held =
                Caller.named("checkout") {
                    pool.acquire().use {
                        val began = System.nanoTime()
                        runCatching { pool.acquire(Duration.ofMillis(20)) }
                        awaitPeriod()
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)
                    }
                }
            pool.control().checkAsync().get()
            pool.control().clear()
            val end = System.nanoTime() + 10_000_000_000
            while (pool.snapshot().closed == 0L) check(System.nanoTime() < end)
            pool.close()
            return held
        }

        test("133: every event appears in a recording with its values") {
            val pool = BlockingPool.create(Plain, PoolConfig.builder().name("flown").maxSize(1).minIdle(0).build())
            RockpoolFlightRecorder.start(pool.control())
            var held = 0L
            val events =
                recorded(enabled = true) { held = use(pool) }
                    .groupBy { it.eventType.name.removePrefix("dev.rockpool.") }
            events.values.flatten().map { it.getString("pool") }.toSet() shouldBe setOf("flown")
            events.keys shouldContainAll
                listOf("ConnectionOpen", "ConnectionClose", "AcquireTimeout", "PoolStatistics") +
                    listOf("AcquireWait", "Probe", "Lease")
            events
                .getValue("AcquireWait")
                .single { it.getString("outcome") == "TIMED_OUT" }
                .run {
                    duration.toMillis() shouldBeGreaterThanOrEqual 20
                    getString("caller") shouldBe "checkout"
                    getString("priority") shouldBe "NORMAL"
                    getInt("leased") shouldBe 1
                    getInt("pending") shouldBe 0
                    getLong("connection") shouldBe 0
                }
            events.getValue("Lease").first().run {
                getLong("connection") shouldBe 1
                getString("caller") shouldBe "checkout"
                getDuration("held").toMillis() shouldBeGreaterThanOrEqual held
            }
            events.getValue("Probe").first().run {
                getLong("connection") shouldBe 1
                getDuration("took").isNegative shouldBe false
                getString("failure") shouldBe null
            }
            events.getValue("ConnectionOpen").first().getLong("connection") shouldBe 1
            events.getValue("AcquireTimeout").single().getDuration("waited").toMillis() shouldBeGreaterThan 19
            events.getValue("ConnectionClose").first().run {
                getString("kind") shouldBe "CLEARED"
                getString("reason") shouldBe "cleared"
                getDuration("age").toMillis() shouldBeGreaterThanOrEqual held
            }
            // One of them at least is from the lease. The first may be from before it.
            events.getValue("PoolStatistics").map { it.getInt("maxSize") to it.getInt("leased") } shouldContain (1 to 1)
        }

        test("133: without settings of its own, a recording has waits from 10 ms on, but neither probes nor leases") {
            val pool = BlockingPool.create(Plain, PoolConfig.builder().name("plain").maxSize(1).minIdle(1).build())
            RockpoolFlightRecorder.start(pool.control())
            val events =
                recorded(enabled = null) {
                    pool.acquire().use {
                        runCatching { pool.acquire(Duration.ofMillis(1)) }
                        runCatching { pool.acquire(Duration.ofMillis(30)) }
                    }
                    pool.control().checkAsync().get()
                    pool.close()
                }
            val names = events.groupingBy { it.eventType.name.removePrefix("dev.rockpool.") }.eachCount()
            names["AcquireTimeout"] shouldBe 2
            val waits = events.filter { it.eventType.name == "dev.rockpool.AcquireWait" }
            waits.any { it.duration.toMillis() >= 30 } shouldBe true
            waits.filter { it.duration.toMillis() < 10 }.shouldBeEmpty()
            names["Probe"] shouldBe null
            names["Lease"] shouldBe null
        }

        test("133: a recording that disables the events has none, and a closed pool leaves no hook") {
            val pool = BlockingPool.create(Plain, PoolConfig.builder().name("silent").maxSize(1).minIdle(0).build())
            val writer = RockpoolFlightRecorder.start(pool.control())
            recorded(enabled = false) { use(pool) }.shouldBeEmpty()
            writer.close()
            recorded(enabled = true) { awaitPeriod() }.shouldBeEmpty()
        }
    })
