package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.sql.Connection
import java.util.Properties
import javax.naming.InitialContext
import javax.naming.spi.InitialContextFactory
import javax.naming.spi.NamingManager
import javax.sql.DataSource
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import org.postgresql.ds.PGSimpleDataSource

/** How HikariCP's properties are converted. */
class HikariPropertiesLaws :
    FunSpec({
        val url = "jdbc:postgresql://localhost/orders"

        test("every property that has a counterpart is honoured") {
            val read =
                hikari(
                        "jdbcUrl" to url,
                        "driverClassName" to "org.postgresql.Driver",
                        "username" to "app",
                        "password" to "hidden",
                        "poolName" to "orders",
                        "maximumPoolSize" to "7",
                        "minimumIdle" to "3",
                        "autoCommit" to "false",
                        "readOnly" to "TRUE",
                        "catalog" to "orders",
                        "schema" to "app",
                        "connectionInitSql" to "set x = 1",
                        "connectionTestQuery" to "select 1",
                        "dataSource.ApplicationName" to "shop",
                    )
                    .builder()
            listOf(read.url, read.driverClassName, read.username, read.password) shouldBe
                listOf(url, "org.postgresql.Driver", "app", "hidden")
            listOf(read.name, read.maxSize, read.minIdle) shouldBe listOf("orders", 7, 3)
            listOf(read.autoCommit, read.readOnly, read.catalog, read.schema) shouldBe
                listOf(false, true, "orders", "app")
            listOf(read.initSql, read.testQuery) shouldBe listOf(listOf("set x = 1"), "select 1")
            read.properties shouldBe mapOf("ApplicationName" to "shop")
        }

        test("a time is in milliseconds, or has a unit") {
            val read =
                hikari(
                        "jdbcUrl" to url,
                        "connectionTimeout" to "2000",
                        "validationTimeout" to "3s",
                        "idleTimeout" to "4m",
                        "maxLifetime" to "5h",
                        "keepaliveTime" to "1d",
                        "leakDetectionThreshold" to "600ms",
                    )
                    .builder()
            read.times() shouldBe listOf(2.seconds, 3.seconds, 4.minutes, 5.hours, 1.days, 600.milliseconds)
        }

        test("zero means never, as in HikariCP") {
            val read =
                hikari(
                        "jdbcUrl" to url,
                        "connectionTimeout" to "0",
                        "idleTimeout" to "0",
                        "maxLifetime" to "0",
                        "keepaliveTime" to "0",
                        "leakDetectionThreshold" to "0",
                    )
                    .builder()
            read.times() shouldBe listOf(null, 5.seconds, null, null, null, null)
        }

        test("a leak is only reported, as in HikariCP: nothing is reclaimed from an ended thread") {
            val read = hikari("jdbcUrl" to FakeDatabase().url, "leakDetectionThreshold" to "50").builder()
            read.reclaimLeaks shouldBe false
            hikari("jdbcUrl" to url).builder().reclaimLeaks shouldBe true
            read.statsInterval = 10.milliseconds
            read.build().use { pool ->
                lateinit var kept: Connection
                thread { kept = pool.connection }.join()
                until { check(pool.snapshot().leaked == 1L) }
                kept.isClosed shouldBe false
                pool.snapshot().reclaimed shouldBe 0
                kept.close()
            }
        }

        test("an isolation level has HikariCP's names, or a number") {
            fun level(text: String) =
                hikari("jdbcUrl" to url, "transactionIsolation" to text).builder().transactionIsolation
            level("TRANSACTION_SERIALIZABLE") shouldBe Connection.TRANSACTION_SERIALIZABLE
            level("transaction_read_committed") shouldBe Connection.TRANSACTION_READ_COMMITTED
            level("SQL_SERVER_SNAPSHOT_ISOLATION_LEVEL") shouldBe 4096
            level("4") shouldBe Connection.TRANSACTION_REPEATABLE_READ
        }

        test("absent properties have Rockpool's defaults") {
            val absent = hikari("jdbcUrl" to url).builder()
            val ours = RockpoolDataSource.builder()
            absent.times() shouldBe ours.times()
            listOf(absent.name, absent.maxSize, absent.minIdle) shouldBe listOf(ours.name, ours.maxSize, ours.minIdle)
        }

        test("initializationFailTimeout decides how Rockpool starts") {
            val expected =
                mapOf(
                    "-1" to Startup.Background,
                    "0" to Startup.Background,
                    "1" to Startup.FailFast,
                    "30000" to Startup.WaitUpTo(30.seconds),
                    "10s" to Startup.WaitUpTo(10.seconds),
                )
            for ((value, startup) in expected) hikari("jdbcUrl" to url, "initializationFailTimeout" to value)
                .builder()
                .startup shouldBe startup
        }

        test("properties for what Rockpool always does are accepted") {
            hikari(
                    "jdbcUrl" to url,
                    "allowPoolSuspension" to "true",
                    "isolateInternalQueries" to "true",
                    "registerMbeans" to "false",
                    "initializationFailTimeout" to "-1",
                )
                .problems() shouldBe emptyList()
        }

        test("all problems are reported in one message, without any password") {
            val properties =
                hikari(
                    "poolName" to "orders",
                    "password" to "hidden",
                    "maxPoolSize" to "hidden",
                    "maximumPoolSize" to "many",
                    "minimumIdle" to "-1",
                    "idleTimeout" to "soon",
                    "maxLifetime" to "999999999999999999d",
                    "validationTimeout" to "0",
                    "readOnly" to "maybe",
                    "transactionIsolation" to "TRANSACTION_STRICT",
                    "registerMbeans" to "true",
                    "initializationFailTimeout" to "at once",
                    "metricRegistry" to "java:metrics",
                    "healthCheckProperties.expected99thPercentileMs" to "10",
                )
            val expected =
                listOf(
                    "healthCheckProperties.expected99thPercentileMs cannot be honoured: ask control().health()",
                    "idleTimeout is 'soon' but must be milliseconds, or a duration such as 30s; 0 means never",
                    "initializationFailTimeout is 'at once' but must be milliseconds, or a duration such as 30s; negative means not to wait",
                    "maxLifetime is '999999999999999999d' but must be milliseconds, or a duration such as 30s; 0 means never",
                    "maxPoolSize is no property of HikariCP 7.1",
                    "maximumPoolSize is 'many' but must be a whole number",
                    "metricRegistry cannot be honoured: bind RockpoolMeters to the registry, or look at snapshot()",
                    "readOnly is 'maybe' but must be true or false",
                    "registerMbeans cannot be honoured: no pool registers itself; use RockpoolJmx",
                    "transactionIsolation is 'TRANSACTION_STRICT' but must be a name such as TRANSACTION_SERIALIZABLE, or a number",
                    "validationTimeout is '0' but must be longer than zero: milliseconds, or a duration such as 5s",
                )
            val builders =
                listOf(
                    "minIdle is -1 but must be 0 to maxSize (10); null means 2, or maxSize if that is less",
                    "url is null but must be a JDBC URL, unless dataSource is given",
                )
            properties.problems() shouldBe expected + builders
            val thrown = shouldThrow<InvalidConfigException> { properties.build() }
            thrown.problems shouldBe expected + builders
            thrown.poolName shouldBe "orders"
            "${thrown.message} $properties" shouldNotContain "hidden"
            shouldThrow<InvalidConfigException> { properties.builder() }.problems shouldBe expected
        }

        test("every property sets the same value alone and with all others") {
            val samples =
                listOf(
                    "driverClassName" to "org.postgresql.Driver",
                    "username" to "app",
                    "password" to "hidden",
                    "poolName" to "orders",
                    "maximumPoolSize" to "70",
                    "minimumIdle" to "3",
                    "autoCommit" to "false",
                    "readOnly" to "true",
                    "catalog" to "orders",
                    "schema" to "app",
                    "connectionInitSql" to "set x = 1",
                    "connectionTestQuery" to "select 1",
                    "transactionIsolation" to "TRANSACTION_SERIALIZABLE",
                    "connectionTimeout" to "2s",
                    "validationTimeout" to "3s",
                    "idleTimeout" to "4m",
                    "maxLifetime" to "5h",
                    "keepaliveTime" to "1d",
                    "leakDetectionThreshold" to "600ms",
                    "initializationFailTimeout" to "10s",
                    "dataSource.ApplicationName" to "shop",
                )
            val random = Random(7)
            val defaults = hikari("jdbcUrl" to url).builder().values()
            val all = hikari("jdbcUrl" to url, *samples.shuffled(random).toTypedArray()).builder().values()
            val changed =
                samples.flatMap { sample ->
                    val alone = hikari("jdbcUrl" to url, sample).builder().values()
                    val own = alone.keys.filter { alone[it] != defaults[it] }
                    withClue(sample.first) {
                        own.shouldNotBeEmpty()
                        // A smaller or larger pool also has another minimum unless that is given.
                        (own - "min-idle").forEach { all[it] shouldBe alone[it] }
                    }
                    own
                }
            all.keys.filter { all[it] != defaults[it] }.toSet() shouldBe changed.toSet()
            all["min-idle"] shouldBe 3
        }

        test("properties can be ignored by name") {
            val properties = hikari("jdbcUrl" to url, "registerMbeans" to "true", "threadFactory" to "x.Factory")
            properties.problems().size shouldBe 2
            val left = properties.ignoring("registerMbeans", "threadFactory", "neverThere")
            left.problems() shouldBe emptyList()
            left.builder().url shouldBe url
            properties.problems().size shouldBe 2
        }

        test("a file is read, and its pool works") {
            val file = tempdir().toPath().resolve("hikari.properties")
            file
                .toFile()
                .writeText(
                    """
                    # as HikariCP reads it
                    jdbcUrl = ${Postgres.url}
                    username = ${Postgres.USER}
                    poolName = from a file
                    maximumPoolSize = 2
                    dataSource.ApplicationName = hikari
                    """
                        .trimIndent()
                )
            RockpoolDataSource.fromHikari(file).build().use { pool ->
                pool.connection.use { it.ask("select current_setting('application_name')") shouldBe "hikari" }
                pool.snapshot().name shouldBe "from a file"
            }
        }

        test("a file that holds no properties is named in the error") {
            val file = tempdir().toPath().resolve("broken.properties")
            file.toFile().writeText("a=\\u00zz")
            shouldThrow<IOException> { RockpoolDataSource.fromHikari(file) }.message shouldContain
                "broken.properties' is no file of properties"
        }

        test("defaults of a Properties object count, and objects count as their text") {
            val properties = Properties(Properties().apply { setProperty("jdbcUrl", url) })
            properties["maximumPoolSize"] = 3
            val read = RockpoolDataSource.fromHikari(properties).builder()
            listOf(read.url, read.maxSize) shouldBe listOf(url, 3)
        }

        test("a driver's data source is created, and its properties are set") {
            val read =
                hikari(
                        "dataSourceClassName" to PGSimpleDataSource::class.java.name,
                        "dataSource.databaseName" to "orders",
                        "dataSource.portNumbers" to "5433,5434",
                        "dataSource.serverNames" to "one,two",
                        "dataSource.tcpKeepAlive" to "true",
                    )
                    .builder()
            val source = read.dataSource as PGSimpleDataSource
            listOf(source.databaseName, source.tcpKeepAlive, read.url) shouldBe listOf("orders", true, null)
            source.portNumbers.toList() shouldBe listOf(5433, 5434)
            source.serverNames.toList() shouldBe listOf("one", "two")
        }

        test("properties of a data source may have any common type") {
            val read =
                hikari(
                        "dataSourceClassName" to OddDataSource::class.java.name,
                        "dataSource.big" to "9000000000",
                        "dataSource.small" to "9",
                        "dataSource.boxed" to "10",
                        "dataSource.secret" to "hidden",
                    )
                    .builder()
            read.dataSource.toString() shouldBe "9000000000 9 10 hidden"
        }

        test("a data source that cannot be used is the only problem, and no value is shown") {
            val odd = OddDataSource::class.java.name
            hikari("dataSourceClassName" to "java.lang.String").problems() shouldBe
                listOf("dataSourceClassName is 'java.lang.String' but must be the class of a javax.sql.DataSource")
            hikari("dataSourceClassName" to "no.Such").problems() shouldBe
                listOf(
                    "dataSourceClassName is 'no.Such' but must be the class of a javax.sql.DataSource that can be " +
                        "created: java.lang.ClassNotFoundException: no.Such"
                )
            hikari(
                    "dataSourceClassName" to odd,
                    "dataSource.big" to "hidden",
                    "dataSource.missing" to "hidden",
                    "dataSource.picky" to "hidden",
                )
                .problems() shouldBe
                listOf(
                    "dataSource.big must be of type long",
                    "dataSource.missing is no property that can be set on $odd",
                    "dataSource.picky is not accepted: java.lang.IllegalStateException",
                )
            hikari("jdbcUrl" to url, "dataSourceClassName" to odd).problems() shouldBe
                listOf("jdbcUrl and dataSourceClassName are given but only one of them may be")
        }

        test("a data source is looked up by its JNDI name") {
            Directory.problemsOf("java:orders").single() shouldContain "must be a name that JNDI finds"
            Directory.install()
            hikari("dataSourceJNDI" to "java:orders").builder().dataSource shouldBeSameInstanceAs Directory.found
            Directory.problemsOf("text") shouldBe
                listOf("dataSourceJNDI is 'text' but must be the name of a javax.sql.DataSource")
            hikari("dataSourceJNDI" to "java:orders", "dataSource.big" to "1").problems() shouldBe
                listOf("dataSource.* is given but a data source found by dataSourceJNDI is used as it is")
        }
    })

private fun hikari(vararg properties: Pair<String, String>): HikariProperties =
    RockpoolDataSource.fromHikari(Properties().apply { putAll(properties) })

private fun JdbcBuilder<*>.times() =
    listOf(acquireTimeout, probeTimeout, idleTimeout, maxLifetime, keepaliveInterval, leakThreshold)

/** A naming service that knows one data source. */
private object Directory {
    val found: DataSource = OddDataSource()

    fun problemsOf(name: String): List<String> = hikari("dataSourceJNDI" to name).problems()

    fun install() = NamingManager.setInitialContextFactoryBuilder { InitialContextFactory { Names() } }

    private class Names : InitialContext(true) {
        override fun lookup(name: String): Any = if (name == "text") name else found
    }
}

/** Has properties of rarer types, and one that rejects every value. */
class OddDataSource : DataSource by PGSimpleDataSource() {
    private val given = sortedMapOf<Int, Any?>()

    fun setBig(value: Long) {
        given[1] = value
    }

    fun setSmall(value: Short) {
        given[2] = value
    }

    fun setBoxed(value: Int?) {
        given[3] = value
    }

    fun setSecret(value: CharArray) {
        given[4] = String(value)
    }

    fun setPicky(value: String): Unit = error("not $value")

    override fun toString(): String = given.values.joinToString(" ")
}
