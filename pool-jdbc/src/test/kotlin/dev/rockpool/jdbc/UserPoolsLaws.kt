package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolManager
import dev.rockpool.testing.EmbeddedDatabase
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldNotBeInstanceOf
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.sql.SQLTransientException
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking

/** Law 72: `getConnection(user, password)` on PostgreSQL. */
class UserPoolsLaws :
    FunSpec({
        val database by lazy { EmbeddedDatabase.builder().maxConnections(40).create() }

        afterSpec { database.close() }

        fun source(settings: JdbcSettings.() -> Unit = {}) =
            JdbcPool("users") {
                    url = database.url()
                    username = database.user()
                    password = database.password()
                    maxSize = 3
                    acquireTimeout = 5.seconds
                    userPools = true
                    settings()
                }
                .dataSource

        fun admin(sql: String) = database.connect().use { it.execute(sql) }

        fun create(user: String, password: String) = admin("create role \"$user\" login password '$password'")

        fun Connection.user() = ask("select current_user")

        test("72: each user has its own connections, and they are pooled") {
            create("anna", "a-secret")
            create("bert", "b-secret")
            val databaseUrl = database.url()
            // region users
            val dataSource =
                RockpoolDataSource.builder()
                    .name("users")
                    .url(databaseUrl)
                    .userPools(true)
                    .startup(Startup.Lazy) // no connection without a user
                    .build()
            dataSource.getConnection("anna", "a-secret").use { connection -> println(connection.metaData.userName) }
            // endregion
            dataSource.close()
            source().use { source ->
                val first =
                    source.getConnection("anna", "a-secret").use { it.user() + it.ask("select pg_backend_pid()") }
                first shouldContain "anna"
                source.getConnection("anna", "a-secret").use { it.user() + it.ask("select pg_backend_pid()") } shouldBe
                    first
                source.getConnection("bert", "b-secret").use { it.user() shouldBe "bert" }
                source.connection.use { it.user() shouldBe database.user() }
                source.loginTimeout = 3
                source.getConnection("anna", "a-secret").use { it.user() shouldBe "anna" }
            }
        }

        test("72: a wrong password fails at once with the server's error, and harms no other caller") {
            create("carl", "c-secret")
            source().use { source ->
                val wrong = shouldThrow<SQLException> { source.getConnection("carl", "wrong-secret") }
                wrong.sqlState shouldBe WRONG_PASSWORD
                wrong.stackTraceToString() shouldNotContain "wrong-secret"
                source.getConnection("carl", "c-secret").use { held ->
                    val pid = held.ask("select pg_backend_pid()")
                    shouldThrow<SQLException> { source.getConnection("carl", "wrong-secret") }.sqlState shouldBe
                        WRONG_PASSWORD
                    held.user() shouldBe "carl"
                    held.close()
                    source.getConnection("carl", "c-secret").use { it.ask("select pg_backend_pid()") shouldBe pid }
                }
                shouldThrow<SQLException> { source.getConnection("nobody", "x") }.sqlState.take(2) shouldBe "28"
                shouldThrow<SQLException> { source.getConnection(null, "x") }.message shouldBe
                    "user is null but must be a name"
            }
        }

        test("72: the login of the pool itself is served by the pool, whatever the setting") {
            for (withUsers in listOf(true, false)) {
                source { userPools = withUsers }
                    .use { source ->
                        val pid = source.connection.use { it.ask("select pg_backend_pid()") }
                        source.getConnection(database.user(), database.password()).use {
                            it.ask("select pg_backend_pid()") shouldBe pid
                        }
                        shouldThrow<SQLException> { source.getConnection(database.user(), "another") }
                    }
            }
        }

        test("72: the login of the pool itself may change") {
            create("olga", "o-secret")
            source { userPools = false }
                .use { source ->
                    source.asJdbcPool().changeCredentials("olga", "o-secret")
                    source.getConnection("olga", "o-secret").close()
                    shouldThrow<SQLFeatureNotSupportedException> {
                        source.getConnection(database.user(), database.password())
                    }
                    // A supplier may give others later.
                    source.asJdbcPool().changeCredentials { Credentials("olga", "o-secret") }
                    shouldThrow<SQLFeatureNotSupportedException> { source.getConnection("olga", "o-secret") }
                }
        }

        test("72: a missing password fails at once") {
            create("hugo", "h-secret")
            source().use { source ->
                val missing = shouldThrow<SQLException> { source.getConnection("hugo", null) }
                missing.sqlState shouldBe NO_PASSWORD
                missing.shouldNotBeInstanceOf<SQLTransientException>() // it did not wait for its timeout
                missing.message shouldContain "no password was provided"
                source.getConnection("hugo", "h-secret").use { it.user() shouldBe "hugo" }
            }
        }

        test("72: a changed password replaces the pool of its user; active leases go on") {
            create("dora", "first-secret")
            source().use { source ->
                val held = source.getConnection("dora", "first-secret")
                admin("alter role dora password 'second-secret'")
                source.getConnection("dora", "second-secret").use { it.user() shouldBe "dora" }
                held.user() shouldBe "dora"
                held.close()
                // The old password is not known any more, so the server is asked.
                shouldThrow<SQLException> { source.getConnection("dora", "first-secret") }.sqlState shouldBe
                    WRONG_PASSWORD
                source.getConnection("dora", "second-secret").use { it.user() shouldBe "dora" }
            }
        }

        test("72: closing the data source closes the pools of users, whichever way it is closed") {
            create("emil", "e-secret")
            val source = source()
            source.getConnection("emil", "e-secret").close()
            source.close()
            shouldThrow<SQLException> { source.getConnection("emil", "e-secret") }.sqlState shouldBe "HY010"
            val pool = source().asJdbcPool()
            pool.dataSource.getConnection("emil", "e-secret").close()
            pool.close()
            eventually(5.seconds) {
                database.connect().use {
                    it.ask("select count(*) from pg_stat_activity where usename = 'emil'")
                } shouldBe "0"
            }
        }

        for (how in listOf("data source", "pool", "manager")) {
            test("72: closing the $how leaves the leases of users their grace, and waits for them") {
                create("gina-$how", "g-secret")
                val pools = PoolManager()
                val source = if (how == "manager") pools.dataSource(source().use { it.config() }) else source()
                val lease = source.getConnection("gina-$how", "g-secret")
                val closing = thread {
                    when (how) {
                        "data source" -> source.close(Duration.ofMinutes(1))
                        "pool" -> runBlocking { source.asJdbcPool().close(1.minutes) }
                        else -> runBlocking { pools.close(1.minutes) }
                    }
                }
                source.running().engine.ended().get(10, TimeUnit.SECONDS)
                repeat(50) { lease.user() shouldBe "gina-$how" }
                closing.isAlive shouldBe true
                lease.close()
                closing.join()
            }
        }

        val seed = System.getProperty("seed")?.toLong() ?: Random.nextLong()
        test("72: right and wrong passwords at the same time, and a change (seed $seed)") {
            create("fritz", "one-secret")
            val failures = ConcurrentLinkedQueue<Throwable>()
            val refused = AtomicInteger()
            source { minIdle = 0 }
                .use { source ->
                    val barrier = CyclicBarrier(8)
                    val threads =
                        List(8) { index ->
                            thread {
                                val random = Random(seed + index)
                                try {
                                    barrier.await()
                                    repeat(15) {
                                        if (random.nextInt(4) == 0) {
                                            val e = shouldThrow<SQLException> { source.getConnection("fritz", "bad") }
                                            e.sqlState shouldBe WRONG_PASSWORD
                                            refused.incrementAndGet()
                                        } else {
                                            source.getConnection("fritz", "one-secret").use {
                                                it.user() shouldBe "fritz"
                                            }
                                        }
                                    }
                                } catch (e: Throwable) {
                                    failures += e
                                }
                            }
                        }
                    threads.forEach(Thread::join)
                    failures.toList().shouldBeEmpty()
                    (refused.get() > 0) shouldBe true
                }
        }

        test("72: without the setting, and where it cannot work, it is refused") {
            source { userPools = false }
                .use { source ->
                    shouldThrow<SQLFeatureNotSupportedException> { source.getConnection("anna", "a-secret") }
                        .message shouldBe
                        "pool 'users' has one user for all its connections; set userPools, or create a pool per user"
                }
            val problems = { url: String ->
                shouldThrow<InvalidConfigException> {
                        JdbcConfig {
                            this.url = url
                            userPools = true
                        }
                    }
                    .problems
            }
            problems("jdbc:sqlite:x.db")
                .shouldContainExactly("userPools is true but must be false for SQLite, which has no users")
            problems("jdbc:postgresql://localhost/x?user=root&password=p-secret")
                .shouldContainExactly("userPools is true but then the url must not name a user: give it as username")
            problems("jdbc:h2:mem:user-pools-of-url;USER=sa").size shouldBe 1
        }

        test("72: messages and logs show no password") {
            create("gerd", "g-secret")
            val source = source()
            val logged = logged { runCatching { source.getConnection("gerd", "g-wrong") } }
            source.getConnection("gerd", "g-secret").use { it.toString() shouldNotContain "secret" }
            source.close()
            logged shouldNotContain "g-wrong"
        }
    })

private const val WRONG_PASSWORD = "28P01"
private const val NO_PASSWORD = "08004"
