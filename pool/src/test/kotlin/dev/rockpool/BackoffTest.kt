package dev.rockpool

import dev.rockpool.internal.engine.runtime.ConfiguredBackoff
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

private fun pauses(backoff: Backoff): List<Duration> {
    val pauses = ConfiguredBackoff { PoolConfig { this.backoff = backoff } }
    return List(4) { pauses.after(it + 1, 0.5).nanoseconds }
}

class BackoffTest :
    FunSpec({
        val standard = listOf(100.milliseconds, 150.milliseconds, 225.milliseconds, 337.5.milliseconds)

        test("each strategy describes its pauses") {
            pauses(Backoff()) shouldBe standard
            pauses(Backoff.Fixed(2.seconds)) shouldBe List(4) { 2.seconds }
            pauses(Backoff.Custom { it.seconds }) shouldBe listOf(1, 2, 3, 4).map { it.seconds }
        }

        test("a custom backoff that throws or returns nonsense is replaced by the default for that pause") {
            pauses(Backoff.Custom { throw NoClassDefFoundError("x") }) shouldBe standard
            pauses(Backoff.Custom { if (it == 2) 5.seconds else Duration.ZERO })[1] shouldBe 5.seconds
            for (nonsense in listOf(Duration.ZERO, (-1).seconds, Duration.INFINITE)) {
                pauses(Backoff.Custom { nonsense }) shouldBe standard
            }
            pauses(Backoff.custom { null }) shouldBe standard
        }

        test("Java creates the same strategies with java.time") {
            Backoff.fixed(java.time.Duration.ofSeconds(2)) shouldBe Backoff.Fixed(2.seconds)
            Backoff.exponential() shouldBe Backoff()
            Backoff.exponential(java.time.Duration.ofMillis(5), 2.0, java.time.Duration.ofSeconds(1), 0.1) shouldBe
                Backoff(5.milliseconds, 2.0, 1.seconds, 0.1)
            pauses(Backoff.custom { java.time.Duration.ofSeconds(it.toLong()) })[2] shouldBe 3.seconds
        }

        test("fixed and exponential backoffs are read back from JSON; a custom one is rejected with an explanation") {
            for (backoff in listOf(Backoff.Fixed(2.seconds), Backoff(max = 3.seconds), Backoff())) {
                val config = PoolConfig { this.backoff = backoff }
                PoolConfig.fromJson(config.toJson()) shouldBe config
            }
            val custom = PoolConfig { backoff = Backoff.Custom { 1.seconds } }
            custom.toJson() shouldContain """"backoff":{"custom":true}"""
            custom shouldNotBe PoolConfig { backoff = Backoff.Custom { 2.seconds } }
            shouldThrow<InvalidConfigException> { PoolConfig.fromJson(custom.toJson()) }.message shouldContain
                "backoff is {\"custom\":true} but must be an object with initial, factor, max and jitter, or with pause"
            shouldThrow<InvalidConfigException> { PoolConfig.fromJson("""{"backoff":"slow"}""") }
        }

        test("a fixed pause is validated like every other duration") {
            shouldThrow<InvalidConfigException> { PoolConfig { backoff = Backoff.Fixed(Duration.ZERO) } }
                .problems shouldContainExactly listOf("backoff.pause is 0s but must be longer than zero, and finite")
        }
    })
