package dev.rockpool.jdbc.metrics

import com.zaxxer.hikari.metrics.PoolStats as HikariStats
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory
import dev.rockpool.Caller
import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.PoolSettings
import dev.rockpool.blocking.BlockingPool
import dev.rockpool.jdbc.internal.metrics.Families
import dev.rockpool.jdbc.internal.metrics.PoolTags
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.doubles.shouldBeGreaterThanOrEqual
import io.kotest.matchers.doubles.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.composite.CompositeMeterRegistry
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import io.opentelemetry.sdk.metrics.SdkMeterProvider
import io.opentelemetry.sdk.resources.Resource
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader
import java.io.IOException
import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import javax.management.MBeanServer
import javax.management.ObjectName
import javax.management.StandardMBean
import kotlin.concurrent.thread

private object Things : ConnectionFactory<Any> {
    override suspend fun open(): Any = Any()

    override suspend fun close(connection: Any) = Unit
}

private object Refusing : ConnectionFactory<Any> {
    override suspend fun open(): Any = throw IOException("password authentication failed")

    override suspend fun close(connection: Any) = Unit

    override fun classify(error: Throwable) = ConnectFailure.PERMANENT
}

private fun prometheus() = PrometheusMeterRegistry(PrometheusConfig.DEFAULT)

private fun PrometheusMeterRegistry.read() = PrometheusText(scrape())

private fun pool(name: String = "fake", settings: PoolSettings.() -> Unit = {}): BlockingPool<Any> =
    BlockingPool.of(
        Pool(name, Things) {
            maxSize = 3
            settings()
        }
    )

private inline fun <R> BlockingPool<Any>.closing(block: (BlockingPool<Any>) -> R): R =
    try {
        block(this)
    } finally {
        close(Duration.ZERO)
    }

private fun eventually(holds: () -> Boolean) {
    val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10)
    while (!holds()) {
        check(System.nanoTime() < end) { "it did not come true" }
        Thread.sleep(2)
    }
}

private fun busyThreads(pool: BlockingPool<Any>, ends: AtomicBoolean) =
    List(4) {
        thread {
            while (!ends.get()) runCatching { pool.acquire(Duration.ofMillis(it.toLong())).use { Thread.yield() } }
        }
    }

/** What exporters show of a pool, read by the tools they are for. */
class MetricsLaws :
    FunSpec({
        test("120: one scrape reads one snapshot, under load") {
            pool { minIdle = 1 }
                .closing { pool ->
                    val registry = prometheus()
                    RockpoolMeters(pool.control()).hikariNames().bindTo(registry)
                    val ends = AtomicBoolean()
                    val threads = busyThreads(pool, ends)
                    var counts = emptyMap<Any, Double>()
                    repeat(30) {
                        val text = registry.read()
                        val states = text.named("rockpool_connections").sumOf { it.value }
                        states shouldBeLessThanOrEqual 3.0
                        text.value("hikaricp_connections") shouldBeLessThanOrEqual states
                        text.value("hikaricp_connections_active") shouldBe
                            text.value("rockpool_connections", "state" to "leased")
                        val waits = text.value("rockpool_wait_seconds_count")
                        val outcomes =
                            text.named("rockpool_acquires_total").associate { it.labels["outcome"] to it.value }
                        waits shouldBe text.value("hikaricp_connections_acquire_seconds_count")
                        withClue("not later than the counts") {
                            outcomes.getValue("served") + outcomes.getValue("timed_out") shouldBeGreaterThanOrEqual
                                waits - 4
                        }
                        val now =
                            text.samples
                                .filter { it.name.endsWith("_total") || it.name.endsWith("_bucket") }
                                .associate { (it.name to it.labels) as Any to it.value }
                        counts.forEach { (what, before) ->
                            withClue(what) { now.getValue(what) shouldBeGreaterThanOrEqual before }
                        }
                        counts = now
                    }
                    ends.set(true)
                    threads.forEach { it.join() }
                }
        }

        test("122: the exported buckets count each outcome that had a wait") {
            pool { maxSize = 1 }
                .closing { pool ->
                    val registry = prometheus()
                    RockpoolMeters(pool.control()).bindTo(registry)
                    repeat(5) { pool.acquire().close() }
                    pool.acquire().use { runCatching { pool.acquire(Duration.ofMillis(3)) } }
                    val text = registry.read()
                    text.types["rockpool_wait_seconds"] shouldBe "histogram"
                    text.value("rockpool_acquires_total", "outcome" to "served") shouldBe 6.0
                    text.value("rockpool_acquires_total", "outcome" to "timed_out") shouldBe 1.0
                    text.value("rockpool_wait_seconds_count") shouldBe 7.0
                    text.value("rockpool_wait_seconds_bucket", "le" to "0.001") shouldBeLessThanOrEqual 6.0
                    text.value("rockpool_wait_seconds_bucket", "le" to "60.0") shouldBe 7.0
                }
        }

        test("122: callers that a permanent error or an outage fails are in every export") {
            BlockingPool.of(Pool("refused", Refusing) { minIdle = 0 }).closing { pool ->
                val registry = prometheus()
                val simple = SimpleMeterRegistry()
                val reader = InMemoryMetricReader.create()
                RockpoolMeters(pool.control()).hikariNames().bindTo(registry)
                RockpoolMeters(pool.control()).bindTo(simple)
                SdkMeterProvider.builder()
                    .registerMetricReader(reader)
                    .registerMetricProducer(RockpoolTelemetry(pool.control()))
                    .build()
                val bean = RockpoolJmx.register(pool.control(), ManagementFactory.getPlatformMBeanServer())
                repeat(3) { shouldThrow<ConnectFailedException> { pool.acquire() } }
                val text = registry.read()
                text.value("rockpool_acquires_total", "outcome" to "failed") shouldBe 3.0
                text.value("hikaricp_connections_timeout_total") shouldBe 3.0
                simple.get("rockpool.acquires").tag("outcome", "failed").functionCounter().count() shouldBe 3.0
                val acquires = reader.collectAllMetrics().single { it.name == "rockpool.acquires" }
                acquires.longSumData.points.sumOf { it.value } shouldBe 3
                ManagementFactory.getPlatformMBeanServer().getAttribute(bean.name(), "Failed") shouldBe 3L
                bean.close()
            }
        }

        test("123: two pools of one name are both visible, and closing one leaves the other") {
            val registry = prometheus()
            val simple = SimpleMeterRegistry()
            val first = pool("same")
            pool("same").closing { second ->
                for (pool in listOf(first, second)) {
                    RockpoolMeters(pool.control()).bindTo(registry)
                    RockpoolMeters(pool.control()).bindTo(simple)
                }
                second.acquire().use {
                    val leased = registry.read().named("rockpool_connections").filter { it.labels["state"] == "leased" }
                    leased.associate { it.labels["instance"] to it.value } shouldBe mapOf(null to 0.0, "2" to 1.0)
                    simple.find("rockpool.connections.max").gauges().size shouldBe 2
                    first.close()
                    eventually { registry.read().named("rockpool_health").size == 1 }
                    registry.read().value("rockpool_connections", "state" to "leased", "instance" to "2") shouldBe 1.0
                    eventually { simple.find("rockpool.connections.max").gauges().size == 1 }
                }
            }
        }

        test("124: a closed pool leaves no meter and no bean") {
            val registry = prometheus()
            val simple = SimpleMeterRegistry()
            val server = ManagementFactory.getPlatformMBeanServer()
            val pool = pool("ends")
            RockpoolMeters(pool.control()).hikariNames().bindTo(registry)
            RockpoolMeters(pool.control()).hikariNames().bindTo(simple)
            val bean = RockpoolJmx.register(pool.control(), server)
            server.isRegistered(bean.name()) shouldBe true
            pool.close()
            eventually {
                registry.read().samples.isEmpty() && simple.meters.isEmpty() && !server.isRegistered(bean.name())
            }
            bean.close()
        }

        test("124: meters that are bound to a closed pool leave nothing") {
            val simple = SimpleMeterRegistry()
            val server = ManagementFactory.getPlatformMBeanServer()
            val pool = pool("over")
            val meters = RockpoolMeters(pool.control())
            meters.bindTo(prometheus())
            pool.close()
            meters.bindTo(simple)
            RockpoolMeters(pool.control()).bindTo(simple)
            simple.meters.isEmpty() shouldBe true
            server.isRegistered(RockpoolJmx.register(pool.control(), server).name()) shouldBe false
            RockpoolTelemetry(pool.control()).produce(Resource.empty()).isEmpty() shouldBe true
        }

        test("124: names of pools that are closed are forgotten") {
            val simple = SimpleMeterRegistry()
            repeat(3) { number ->
                pool("tenant $number").closing { RockpoolMeters(it.control()).bindTo(simple) }
                PoolTags.namesIn(simple) shouldBe 0
            }
        }

        test("123: a bean of the same name, of another application with its own classes, is no obstacle") {
            val server = ManagementFactory.getPlatformMBeanServer()
            val theirs = ObjectName("dev.rockpool:type=Pool,name=\"both\"")
            server.registerMBean(StandardMBean(Runnable {}, Runnable::class.java, true), theirs)
            try {
                pool("both").closing { pool ->
                    val ours = RockpoolJmx.register(pool.control(), server).name()
                    ours.getKeyProperty("instance") shouldBe "2"
                    server.isRegistered(ours) shouldBe true
                }
                PoolTags.namesIn(server) shouldBe 0
            } finally {
                server.unregisterMBean(theirs)
            }
        }

        test("124: a bean that the server refuses leaves its name free") {
            val refusing =
                java.lang.reflect.Proxy.newProxyInstance(
                    MBeanServer::class.java.classLoader,
                    arrayOf(MBeanServer::class.java),
                ) { _, method, _ ->
                    if (method.name == "registerMBean") throw SecurityException("refused")
                    if (method.name == "hashCode") 1 else method.name == "equals"
                } as MBeanServer
            pool("refused").closing { pool ->
                shouldThrow<IllegalStateException> { RockpoolJmx.register(pool.control(), refusing) }
                PoolTags.namesIn(refusing) shouldBe 0
            }
        }

        test("123, 124: one producer for OpenTelemetry shows pools that are created later, and forgets closed ones") {
            val reader = InMemoryMetricReader.create()
            val telemetry = RockpoolTelemetry()
            SdkMeterProvider.builder().registerMetricReader(reader).registerMetricProducer(telemetry).build()
            fun shown() =
                reader
                    .collectAllMetrics()
                    .filter { it.name == "db.client.connection.max" }
                    .flatMap { it.longSumData.points }
                    .map { point -> point.attributes.asMap().values.joinToString() }
                    .toSet()
            shown() shouldBe emptySet()
            val first = pool("again")
            telemetry.add(first.control())
            pool("again").closing { second ->
                telemetry.add(second.control())
                shown() shouldBe setOf("again", "again, 2")
                first.close()
                shown() shouldBe setOf("again, 2")
                pool("again").closing { third ->
                    telemetry.add(third.control())
                    shown() shouldBe setOf("again", "again, 2")
                }
            }
            shown() shouldBe emptySet()
        }

        test("the names of HikariCP's meters are those that its own tracker registers") {
            pool().closing { pool ->
                val registry = prometheus()
                val hikari = prometheus()
                val stats =
                    object : HikariStats(1000) {
                        override fun update() = Unit
                    }
                MicrometerMetricsTrackerFactory(hikari).create("fake", stats)
                RockpoolMeters(pool.control()).hikariNames().bindTo(registry)
                val ours = registry.read()
                val theirs = hikari.read()
                ours.samples.map { it.name to it.labels.keys } shouldContainAll
                    theirs.samples.map { it.name to it.labels.keys }
                val extra =
                    ours.samples.map { it.name }.filter { it.startsWith("hikaricp") }.toSet() -
                        theirs.samples.map { it.name }.toSet()
                extra shouldContainExactlyInAnyOrder
                    listOf("acquire", "creation", "usage").map { "hikaricp_connections_${it}_seconds_bucket" }
            }
        }

        test("a registry without histograms gets counts and sums, and common tags reach Prometheus") {
            pool().closing { pool ->
                val registry = prometheus()
                registry.config().commonTags("application", "shop")
                val simple = SimpleMeterRegistry()
                val both = CompositeMeterRegistry().add(registry).add(simple)
                val meters = RockpoolMeters(pool.control(), "orders")
                meters.bindTo(both)
                pool.acquire().close()
                simple.get("rockpool.wait").tag("pool", "orders").functionTimer().count() shouldBe 1.0
                simple.get("rockpool.acquires").tag("outcome", "served").functionCounter().count() shouldBe 1.0
                registry.read().samples.forEach {
                    it.labels["application"] shouldBe "shop"
                    it.labels["pool"] shouldBe "orders"
                }
                meters.close()
                registry.read().samples.shouldBeEmpty()
                simple.meters.shouldBeEmpty()
            }
        }

        test("132: callers have their times by name in Prometheus, while the pool watches its usage") {
            pool { minIdle = 1 }
                .closing { pool ->
                    val registry = prometheus()
                    RockpoolMeters(pool.control()).bindTo(registry)
                    registry.read().named("rockpool_caller_held_seconds_total").shouldBeEmpty()
                    pool.control().watchUsage = true
                    Caller.named("checkout") {
                        pool.acquire().use { eventually { pool.control().callers().isNotEmpty() } }
                    }
                    val held = registry.read().value("rockpool_caller_held_seconds_total", "caller" to "checkout")
                    held shouldBeGreaterThanOrEqual 0.01
                    registry.read().value("rockpool_size_advice") shouldBe 0.0
                }
        }

        test("the page of metrics names each metric, and no other") {
            val page = Files.readString(Path.of("../docs/metrics.md"))
            val rows = Regex("""^\| `(\w+)`(?: \{`\w+`})? \| (\w+) \|""", RegexOption.MULTILINE).findAll(page)
            val documented = rows.map { it.groupValues[1] to it.groupValues[2] }.toList()
            documented shouldContainExactlyInAnyOrder
                (Families.ALL).map {
                    it.prometheusName() + (if (it.type().name == "COUNTER") "_total" else "") to
                        it.type().name.lowercase()
                }
        }

        test("OpenTelemetry reads the metrics of its conventions, each with its unit and type") {
            val reader = InMemoryMetricReader.create()
            pool { minIdle = 1 }
                .closing { pool ->
                    val provider =
                        SdkMeterProvider.builder()
                            .registerMetricReader(reader)
                            .registerMetricProducer(RockpoolTelemetry(pool.control()))
                            .build()
                    pool.acquire().use { runCatching { repeat(3) { pool.acquire(Duration.ofMillis(1)) } } }
                    pool.acquire().use {
                        val found =
                            reader.collectAllMetrics().associateBy { it.name.removePrefix("db.client.connection.") }
                        found.mapValues { it.value.unit + " " + it.value.type } shouldBe
                            mapOf(
                                "count" to "{connection} LONG_SUM",
                                "idle.max" to "{connection} LONG_SUM",
                                "idle.min" to "{connection} LONG_SUM",
                                "max" to "{connection} LONG_SUM",
                                "pending_requests" to "{request} LONG_SUM",
                                "timeouts" to "{timeout} LONG_SUM",
                                "rockpool.acquires" to "{request} LONG_SUM",
                                "create_time" to "s HISTOGRAM",
                                "wait_time" to "s HISTOGRAM",
                                "use_time" to "s HISTOGRAM",
                            )
                        found.getValue("timeouts").longSumData.isMonotonic shouldBe true
                        found.getValue("count").longSumData.isMonotonic shouldBe false
                        val states =
                            found.getValue("count").longSumData.points.associate { point ->
                                point.attributes.asMap().mapKeys { it.key.key } to point.value
                            }
                        states[
                            mapOf(
                                "db.client.connection.pool.name" to "fake",
                                "db.client.connection.state" to "used",
                            )] shouldBe pool.snapshot().leased
                        val waits = found.getValue("wait_time").histogramData.points.single()
                        waits.count shouldBe pool.snapshot().times.wait.totalCount
                        waits.counts.sum() shouldBe waits.count
                        waits.boundaries.size + 1 shouldBe waits.counts.size
                    }
                    provider.forceFlush()
                }
            eventually { reader.collectAllMetrics().isEmpty() }
        }

        test("an MBean client reads a pool, and can operate it only where that was asked for") {
            val server = ManagementFactory.getPlatformMBeanServer()
            pool("""with "quotes", and = signs""").closing { pool ->
                val readable = RockpoolJmx.register(pool.control(), server)
                val operated = RockpoolJmx.registerWithOperations(pool.control(), server)
                readable.name().getKeyProperty("name").let(ObjectName::unquote) shouldBe
                    """with "quotes", and = signs"""
                operated.name().getKeyProperty("instance") shouldBe "2"
                pool.acquire().use {
                    server.getAttribute(readable.name(), "Leased") shouldBe 1
                    server.getAttribute(readable.name(), "MaxSize") shouldBe 3
                    server.getAttribute(readable.name(), "Paused") shouldBe false
                }
                server.getMBeanInfo(readable.name()).operations.toList().shouldBeEmpty()
                server.invoke(operated.name(), "pause", null, null)
                pool.control().isPaused shouldBe true
                server.invoke(operated.name(), "resume", null, null)
                pool.control().isPaused shouldBe false
                readable.close()
                operated.close()
                server.isRegistered(operated.name()) shouldBe false
            }
        }
    })
