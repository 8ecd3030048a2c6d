package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.Pool
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.PrintWriter
import java.io.StringWriter
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.sql.SQLTransientConnectionException
import javax.sql.DataSource
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import org.h2.jdbcx.JdbcDataSource

class DataSourceLaws :
    FunSpec({
        test("37 unwrap and isWrapperFor reach the driver's objects and the pool, and fail for other types") {
            withFake { database, pool ->
                pool.unwrap(RockpoolDataSource::class.java) shouldBeSameInstanceAs pool
                pool.unwrap(JdbcPool::class.java) shouldBeSameInstanceAs pool.asJdbcPool()
                pool.unwrap(Pool::class.java).snapshot().name shouldBe "fake"
                pool.isWrapperFor(Pool::class.java) shouldBe true
                pool.isWrapperFor(String::class.java) shouldBe false
                shouldThrow<SQLException> { pool.unwrap(String::class.java) }
                pool.connection.use { connection ->
                    val driver = database.connections.single().proxy
                    val own = driver.javaClass
                    connection.unwrap(own) shouldBeSameInstanceAs driver
                    connection.unwrap(Connection::class.java) shouldBeSameInstanceAs connection
                    connection.isWrapperFor(own) shouldBe true
                    connection.isWrapperFor(String::class.java) shouldBe false
                    shouldThrow<SQLException> { connection.unwrap(String::class.java) }
                }
            }
        }

        test("37 unwrap reaches the data source that opens the connections, and what it wraps") {
            val source = JdbcDataSource().apply { setURL("jdbc:h2:mem:unwrap") }
            JdbcPool("on a source") { dataSource = source }
                .dataSource
                .use { pool ->
                    pool.isWrapperFor(JdbcDataSource::class.java) shouldBe true
                    pool.unwrap(JdbcDataSource::class.java) shouldBeSameInstanceAs source
                    pool.unwrap(DataSource::class.java) shouldBeSameInstanceAs pool
                    pool.isWrapperFor(String::class.java) shouldBe false
                    JdbcPool("outer") { dataSource = pool }
                        .dataSource
                        .use { outer ->
                            outer.isWrapperFor(JdbcDataSource::class.java) shouldBe true
                            outer.unwrap(JdbcDataSource::class.java) shouldBeSameInstanceAs source
                        }
                }
            RockpoolDataSource().use { bean ->
                bean.configure { it.dataSource(source) }
                bean.isWrapperFor(JdbcDataSource::class.java) shouldBe true
                bean.toString() shouldContain "not started"
                bean.unwrap(JdbcDataSource::class.java) shouldBeSameInstanceAs source
            }
        }

        test("37 isWrapperFor(null) is false, and unwrap(null) throws an SQLException") {
            withFake { _, pool ->
                pool.connection.use { connection ->
                    val statement = connection.createStatement()
                    for (wrapper in
                        listOf(pool, connection, statement, statement.executeQuery("x"), connection.metaData)) {
                        wrapper.isWrapperFor(null) shouldBe false
                        shouldThrow<SQLException> { wrapper.unwrap<Any>(null) }
                    }
                }
            }
        }

        test("38 unsupported operations throw; login timeout and log writer work") {
            withFake { _, pool ->
                shouldThrow<SQLFeatureNotSupportedException> { pool.getConnection("other", "secret") }
                shouldThrow<SQLFeatureNotSupportedException> { pool.parentLogger }
                shouldThrow<SQLException> { pool.loginTimeout = -1 }
                pool.loginTimeout = 3
                pool.loginTimeout shouldBe 3
            }
        }

        test("38 the login timeout is the wait for a connection") {
            withFake({ acquireTimeout = null }) { _, pool ->
                pool.loginTimeout = 1
                pool.connection.use {
                    val took = measureTime { shouldThrow<SQLTransientConnectionException> { pool.connection } }
                    took shouldBeGreaterThan 900.milliseconds
                }
            }
        }

        test("38 the log writer gets the pool's events until it is removed") {
            withFake { database, pool ->
                val text = StringWriter()
                val writer = PrintWriter(text)
                pool.logWriter = writer
                pool.logWriter shouldBeSameInstanceAs writer
                pool.control().clear()
                until { text.toString() shouldContain "pool 'fake': closed connection 1" }
                pool.logWriter = null
                pool.logWriter shouldBe null
                pool.connection.close()
                database.connections.size shouldBe 2
                text.toString() shouldNotContain "opened connection 2"
            }
        }

        test("41 all problems of a configuration are reported together, with property, value and allowed range") {
            val error =
                shouldThrow<InvalidConfigException> {
                    JdbcConfig {
                        maxSize = 0
                        connectTimeout = (-1).seconds
                        transactionIsolation = 6
                        schema = " "
                        initSql = listOf("")
                    }
                }
            error.problems shouldHaveSize 6
            error.message shouldContain "maxSize is 0"
            error.message shouldContain "connectTimeout is -1s"
            error.message shouldContain "url is null but must be a JDBC URL"
            error.message shouldContain "transactionIsolation is 6 but must be one of 1 (TRANSACTION_READ_UNCOMMITTED)"
        }

        test("41 isolation levels of vendors are accepted by name and number") {
            for ((name, level) in mapOf("TRANSACTION_NONE" to 0, "CURSOR_STABILITY" to 3, "LAST_COMMITTED" to 5)) {
                val builder = JdbcConfig.builder().url("jdbc:h2:mem:").transactionIsolation(name)
                builder.build().transactionIsolation shouldBe level
            }
            for (none in listOf(-1, 6, 7)) {
                JdbcConfig.builder().url("jdbc:h2:mem:").transactionIsolation(none).problems().single() shouldContain
                    "transactionIsolation is $none but must be one of 1 (TRANSACTION_READ_UNCOMMITTED)"
            }
        }

        test("41 a URL that no driver accepts and a missing driver are problems too") {
            problemsOf { url = "jdbc:nobody:x?password=hidden" }
                .single()
                .let {
                    it shouldContain "jdbc:nobody:x?password=***"
                    it shouldContain "a driver on the class path accepts"
                }
            problemsOf {
                    url = "jdbc:fake:1"
                    driverClassName = "no.such.Driver"
                }
                .single() shouldContain "driverClassName is 'no.such.Driver'"
            problemsOf {
                    url = "jdbc:nobody:1"
                    driverClassName = FakeDriver::class.java.name
                }
                .single() shouldContain "must be one that the driver"
        }

        test("the user's own data source opens the connections and needs no URL") {
            withFake { database, source ->
                JdbcPool("outer") {
                        dataSource = source
                        minIdle = 0
                    }
                    .dataSource
                    .use { outer ->
                        outer.connection.use { it.touch() }
                        database.log().count { it == "statement.execute(touch)" } shouldBe 1
                    }
                problemsOf {
                        dataSource = source
                        url = database.url
                    }
                    .single() shouldContain "url must be absent"
            }
        }

        test("no password is printed") {
            val database = FakeDatabase()
            val config = JdbcConfig {
                url = database.url + "?user=app&password=hidden&ssl=true&sslPassword=hidden;pwd=hidden"
                username = "app"
                password = "hidden"
                properties = mapOf("trustStorePassword" to "hidden")
            }
            val pool = JdbcPool(config)
            pool.dataSource.use {
                for (text in listOf(config, pool, it, it.connection.use(Any::toString), it.snapshot().toJson())) {
                    text.toString() shouldNotContain "hidden"
                }
            }
            config.toString() shouldContain "ssl=true"
        }

        test("passwords before the host are masked too") {
            fun shown(text: String) = JdbcConfig {
                url = text
                driverClassName = AnyDriver::class.java.name
            }
            shown("jdbc:oracle:thin:scott/tiger@//host:1521/x").toString() shouldContain "scott/***@//host:1521/x"
            shown("jdbc:mysql://root:hidden@host/x").toString() shouldContain "//root:***@host/x"
            shown("jdbc:postgresql://host:5432/x").toString() shouldContain "jdbc:postgresql://host:5432/x"
        }
    })

private fun problemsOf(settings: JdbcSettings.() -> Unit): List<String> =
    shouldThrow<InvalidConfigException> { JdbcConfig(settings) }.problems

/** Accepts every URL. */
class AnyDriver : java.sql.Driver by FakeDriver() {
    override fun acceptsURL(url: String): Boolean = true
}
