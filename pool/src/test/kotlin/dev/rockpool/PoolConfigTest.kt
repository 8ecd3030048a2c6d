package dev.rockpool

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration.ofSeconds
import kotlin.time.Duration
import kotlin.time.Duration.Companion.ZERO
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class PoolConfigTest :
    FunSpec({
        test("all problems are reported together, each with property, value and allowed range") {
            val thrown =
                shouldThrow<InvalidConfigException> {
                    PoolConfig {
                        name = "orders"
                        maxSize = 0
                        minIdle = 3
                        acquireTimeout = Duration.ZERO
                        maxPending = 0
                        backoff = Backoff(initial = 1.seconds, factor = 0.5, max = 10.milliseconds, jitter = 2.0)
                    }
                }
            thrown.poolName shouldBe "orders"
            thrown.problems shouldContainExactly
                listOf(
                    "maxSize is 0 but must be at least 1",
                    "minIdle is 3 but must be 0 to maxSize (0); null means 2, or maxSize if that is less",
                    "acquireTimeout is 0s but must be longer than zero, and finite; null means never",
                    "maxPending is 0 but must be at least 1; null means any number",
                    "backoff.factor is 0.5 but must be at least 1",
                    "backoff.max is 10ms but must be at least backoff.initial (1s)",
                    "backoff.jitter is 2.0 but must be 0 to 1",
                )
            thrown.message shouldContain "pool 'orders' is misconfigured: maxSize is 0"
        }

        test("a name with control characters is refused in one line, because it would split lines of the log") {
            val thrown = shouldThrow<InvalidConfigException> { PoolConfig { name = "a\nb" } }
            thrown.problems shouldBe listOf("name is 'a\\u000ab' but must not contain control characters")
            thrown.message shouldContain "pool 'a\\u000ab' is misconfigured"
        }

        test("a size for which no memory suffices is refused, not tried") {
            shouldThrow<InvalidConfigException> { PoolConfig { maxSize = Int.MAX_VALUE } }.problems shouldBe
                listOf("maxSize is 2147483647 but must be at most 1000000")
            PoolConfig { maxSize = 1_000_000 }.maxSize shouldBe 1_000_000
        }

        test("minIdle is 2 unless set, or maxSize if that is less") {
            PoolConfig {}.minIdle shouldBe 2
            PoolConfig { maxSize = 1 }.minIdle shouldBe 1
            PoolConfig { minIdle = 0 }.minIdle shouldBe 0
        }

        test("a configuration written as JSON is read back unchanged") {
            val config = PoolConfig {
                name = "a \"b\""
                maxSize = 7
                acquireTimeout = null
                reusePolicy = ReusePolicy.FIFO
                backoff = Backoff(initial = 5.milliseconds)
            }
            PoolConfig.fromJson(config.toJson()) shouldBe config
            PoolConfig.fromJson("{}") shouldBe PoolConfig {}
            config.toJson() shouldContain "\"acquireTimeout\":null"
        }

        test("reading reports unknown properties, unreadable values and values out of range together") {
            val thrown =
                shouldThrow<InvalidConfigException> {
                    PoolConfig.fromJson(
                        """{"maxSize":"ten","idleTimeout":"soon","maximumPoolSize":3,"maxConcurrentOpens":0}"""
                    )
                }
            thrown.problems.map { it.substringBefore(";") } shouldContainExactlyInAnyOrder
                listOf(
                    "maxSize is \"ten\" but must be a whole number",
                    "idleTimeout is \"soon\" but must be an ISO-8601 duration such as \"PT1.5S\", or null for never",
                    "maximumPoolSize is not a property",
                    "maxConcurrentOpens is 0 but must be at least 1",
                )
            shouldThrow<InvalidConfigException> { PoolConfig.fromJson("""{"name":["x"]}""") }.message shouldContain
                "name is [\"x\"] but must be a text"
            shouldThrow<InvalidConfigException> { PoolConfig.fromJson("{") }.message shouldContain "is not JSON"
            shouldThrow<InvalidConfigException> { PoolConfig.fromJson("[1]") }.message shouldContain "not a JSON object"
        }

        test("the Java builder sets the same values as the Kotlin properties") {
            PoolConfig.builder()
                .name("j")
                .maxSize(3)
                .minIdle(1)
                .acquireTimeout(ofSeconds(1))
                .connectTimeout(ofSeconds(2))
                .probeTimeout(ofSeconds(3))
                .resetTimeout(ofSeconds(4))
                .closeTimeout(ofSeconds(5))
                .trustWindow(ofSeconds(6))
                .idleTimeout(ofSeconds(7))
                .maxLifetime(ofSeconds(8))
                .keepaliveInterval(ofSeconds(9))
                .maxConcurrentOpens(2)
                .maxPending(5)
                .backoff(Backoff(max = 3.seconds))
                .bargingWindow(Duration.ZERO.let { java.time.Duration.ZERO })
                .reusePolicy(ReusePolicy.LIFO)
                .statsInterval(ofSeconds(10))
                .build() shouldBe
                PoolConfig {
                    name = "j"
                    maxSize = 3
                    minIdle = 1
                    acquireTimeout = 1.seconds
                    connectTimeout = 2.seconds
                    probeTimeout = 3.seconds
                    resetTimeout = 4.seconds
                    closeTimeout = 5.seconds
                    trustWindow = 6.seconds
                    idleTimeout = 7.seconds
                    maxLifetime = 8.seconds
                    keepaliveInterval = 9.seconds
                    maxConcurrentOpens = 2
                    maxPending = 5
                    backoff = Backoff(max = 3.seconds)
                    bargingWindow = Duration.ZERO
                    reusePolicy = ReusePolicy.LIFO
                    statsInterval = 10.seconds
                }
        }

        test("stats are written as one JSON object, including default values") {
            val none = TimeStats(0, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, 1, 2.seconds, listOf(TimeBucket(1.seconds, 3)))
            val times = PoolTimes(90.seconds, none, none, none, none, none, 1.seconds, null, null, null)
            val stats =
                PoolStats(
                    "s",
                    1,
                    0,
                    1,
                    0,
                    0,
                    0,
                    false,
                    2,
                    3,
                    4,
                    5,
                    6,
                    7,
                    8,
                    9,
                    10,
                    11,
                    12,
                    13,
                    14,
                    15.seconds,
                    16.seconds,
                    mapOf(CloseReason.IDLE to 6L),
                    times,
                )
            val never =
                """{"count":0,"mean":"PT0S","p50":"PT0S","p90":"PT0S","p99":"PT0S","p999":"PT0S","max":"PT0S","totalCount":1,"total":"PT2S","buckets":[{"upTo":"PT1S","count":3}]}"""
            stats.toJson() shouldBe
                """{"name":"s","maxSize":1,"idle":0,"leased":1,"opening":0,"probing":0,"closing":0,"paused":false,"pending":2,"acquired":3,""" +
                    """"opened":4,"openFailed":5,"closed":6,"timedOut":7,"cancelled":8,"rejected":9,"shed":10,"failed":11,"leaked":12,"reclaimed":13,"minIdle":14,"oldestWait":"PT15S","exhaustedFor":"PT16S","closedBy":{"IDLE":6},""" +
                    """"times":{"recordedFor":"PT1M30S","wait":$never,"open":$never,"use":$never,"idle":$never,"lifetime":$never,""" +
                    """"lastOpenedAgo":"PT1S","lastClosedAgo":null,"lastAcquiredAgo":null,"lastReleasedAgo":null}}"""
            stats.toString() shouldNotContain "@"
        }
    })
