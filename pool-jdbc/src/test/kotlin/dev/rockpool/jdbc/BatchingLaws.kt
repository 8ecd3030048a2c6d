package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.SQLException
import java.sql.Types
import java.util.concurrent.CompletableFuture
import kotlin.random.Random
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext

/** Batches on PostgreSQL, whose driver joins queries, and on H2, whose driver does not. */
class BatchingLaws :
    FunSpec({
        fun h2Pool(name: String, settings: JdbcSettings.() -> Unit) =
            JdbcPool(name) {
                url = "jdbc:h2:mem:batching;DB_CLOSE_DELAY=-1"
                settings()
            }

        fun pools(name: String, settings: JdbcSettings.() -> Unit = {}) =
            listOf(postgresPool(name, settings), h2Pool(name, settings))

        /** The same pools with and without autocommit. */
        fun poolsOfBothKinds(name: String, settings: JdbcSettings.() -> Unit) =
            listOf(true, false).flatMap { autoCommits ->
                pools(name) {
                    autoCommit = autoCommits
                    settings()
                }
            }

        fun JdbcPool.prepare(vararg sql: String) =
            dataSource.useConnection<SQLException> { c ->
                sql.forEach(c::run)
                if (!c.autoCommit) c.commit()
            }

        test("139 the results and errors of a batch are those of single calls") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong()
            val rounds = if (System.getProperty("rockpool.proof").toBoolean()) 500 else 6
            for (pool in poolsOfBothKinds("like-single") { maxSize = 1 }) {
                val random = Random(seed)
                withClue("rerun with -Drockpool.seed=$seed on ${pool.config}") {
                    pool.prepare(
                        "drop table if exists batched",
                        "drop table if exists single",
                        "create table batched (id int primary key, body varchar(9), n int not null)",
                        "create table single (id int primary key, body varchar(9), n int not null)",
                    )
                    BatchModel(pool, random).use { model -> repeat(rounds) { model.round() } }
                }
                pool.close()
            }
        }

        test("queries of a batch reach PostgreSQL together, in the simple protocol and without named statements, too") {
            for (mode in listOf("", "&prepareThreshold=0", "&prepareThreshold=1", "&preferQueryMode=simple")) {
                for (autoCommits in listOf(true, false)) {
                    val pool =
                        postgresPool("together") {
                            url = Postgres.url + mode
                            autoCommit = autoCommits
                            maxSize = 1
                        }
                    val moment =
                        pool.batchedQuery<Int, Pair<Int, String>>(
                            "select ?::int, now()::text; -- the transaction's begin",
                            { setInt(1, it) },
                            {
                                next()
                                getInt(1) to getString(2)
                            },
                        )
                    repeat(3) {
                        val all = pool.dataSource.whileBusy { List(11) { moment.callAsync(it) } }.map { it.join() }
                        all.map { it.first } shouldContainExactly (0..10).toList()
                        val oneTransaction = !(autoCommits && mode.contains("simple"))
                        if (oneTransaction) withClue(mode) { all.map { it.second }.distinct().size shouldBe 1 }
                    }
                    moment.stats().splits shouldBe 0
                    pool.close()
                }
            }
        }

        test("140 a constraint violation reaches only its caller") {
            for (pool in poolsOfBothKinds("violation") { maxSize = 1 }) {
                pool.prepare("drop table if exists violated", "create table violated (id int primary key)")
                val add = pool.batchedUpdate<Int>("insert into violated values (?)") { setInt(1, it) }
                val keys = listOf(1, 2, 3, 2, 4, 1, 5)
                val all = pool.dataSource.whileBusy { keys.map(add::callAsync) }
                all.map { outcome(it) } shouldContainExactly listOf<Any>(1, 1, 1, "23505", 1, "23505", 1)
                pool.dataSource.withConnection<String, SQLException> {
                    it.ask("select count(*) from violated")
                } shouldBe "5"
                add.stats().splits shouldBe 1
                pool.close()
            }
        }

        test("a violation that PostgreSQL finds only at the commit reaches only its caller") {
            val pool = postgresPool("deferred") { maxSize = 1 }
            pool.prepare(
                "drop table if exists deferred",
                "create table deferred (id int unique deferrable initially deferred)",
            )
            val add = pool.batchedUpdate<Int>("insert into deferred values (?)") { setInt(1, it) }
            val all = pool.dataSource.whileBusy { listOf(1, 2, 2, 3).map(add::callAsync) }
            all.map { outcome(it) } shouldContainExactly listOf<Any>(1, 1, "23505", 1)
            pool.close()
        }

        test("141 a session that ends in a batch of queries fails only the call that ended it") {
            val pool = postgresPool("ended") { maxSize = 2 }
            val ask =
                pool.batchedQuery<Int, Int>(
                    "select case when ? = 3 then (select 7 from pg_terminate_backend(pg_backend_pid())) else ? end",
                    {
                        setInt(1, it)
                        setInt(2, it)
                    },
                    {
                        next()
                        getInt(1)
                    },
                )
            val all = pool.dataSource.whileBusy { List(8) { ask.callAsync(it) } }
            all.map { outcome(it) } shouldContainExactly List<Any>(8) { if (it == 3) "57P01" else it }
            pool.dataSource.allHome()
            pool.close()
        }

        test("141 sessions killed while updates run: each caller is answered, and no update is applied twice") {
            val pool =
                postgresPool("struck") {
                    maxSize = 4
                    properties = mapOf("ApplicationName" to "struck")
                }
            pool.prepare("drop table if exists struck", "create table struck (id int, at int)")
            val add =
                pool.batchedUpdate<Int>("insert into struck values (?, pg_backend_pid())", maxBatch = 8) {
                    setInt(1, it)
                }
            val killer = onThread {
                Postgres.direct().use { admin ->
                    repeat(8) {
                        until(100) { add.stats().calls > it * 200L }
                        admin.ask(
                            "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity " +
                                "where application_name = 'struck' limit 1) as one"
                        )
                    }
                }
            }
            val answers =
                withContext(Dispatchers.Default) {
                    coroutineScope {
                        List(100) { worker ->
                                async { List(20) { runCatching { add(worker * 20 + it) }.exceptionOrNull() } }
                            }
                            .awaitAll()
                            .flatten()
                    }
                }
            killer.join()
            val applied = Postgres.direct().use { it.numbers("select id from struck") }
            applied.distinct().size shouldBe applied.size
            answers.forEachIndexed { id, error ->
                withClue("$id: $error") {
                    if (error == null) (id in applied) shouldBe true
                    else if ((error as? SQLException)?.sqlState != "08007") (id in applied) shouldBe false
                }
            }
            pool.close()
        }

        test("calls of many coroutines on few connections are sent in batches, and each gets its own result") {
            class User(val id: Long, val name: String)
            class Event(val id: Long, val body: String)
            val pool = postgresPool("crowd") { maxSize = 2 }
            pool.prepare(
                "drop table if exists users",
                "create table users as select i as id, 'name ' || i as name from generate_series(1, 1000) i",
                "drop table if exists events",
                "create table events (id bigint primary key, body text)",
            )
            // region batched
            val userById =
                pool.batchedQuery<Long, User?>(
                    "select id, name from users where id = ?",
                    bind = { setLong(1, it) },
                    read = { if (next()) User(getLong(1), getString(2)) else null },
                )
            val addEvent =
                pool.batchedUpdate<Event>("insert into events (id, body) values (?, ?)") { event ->
                    setLong(1, event.id)
                    setString(2, event.body)
                }
            // endregion
            withContext(Dispatchers.Default) {
                coroutineScope {
                    List(200) { worker ->
                            async {
                                repeat(20) {
                                    val id = worker * 6L + it
                                    userById(id)?.name shouldBe if (id in 1..1000) "name $id" else null
                                    addEvent(Event(worker * 20L + it, "body")) shouldBe 1
                                }
                            }
                        }
                        .awaitAll()
                }
            }
            for (stats in listOf(userById.stats(), addEvent.stats())) {
                stats.calls shouldBe 4_000
                stats.splits shouldBe 0
                stats.calls shouldBeGreaterThan stats.batches * 4
            }
            pool.snapshot().leased shouldBe 0
            pool.close()
        }

        test("a parameter that a statement does not have, or that is not set, fails its own call only") {
            val pool = postgresPool("parameters") { maxSize = 1 }
            val ask =
                pool.batchedQuery<Int, Int>(
                    "select ?::int + ?::int",
                    {
                        setInt(1, it)
                        if (it != 1) setInt(2, it)
                        if (it == 2) setInt(3, it)
                    },
                    {
                        next()
                        getInt(1)
                    },
                )
            val all = pool.dataSource.whileBusy { List(4) { ask.callAsync(it) } }
            all.map { outcome(it) } shouldContainExactly listOf<Any>(0, "22023", "07009", 6)
            shouldThrow<SQLException> { ask.call(1) }.sqlState shouldBe "22023"
            pool.prepare("drop table if exists parameters", "create table parameters (a int, b int)")
            val add =
                pool.batchedUpdate<Int>("insert into parameters values (?, ?)") {
                    setInt(1, it)
                    if (it != 1) setInt(2, it)
                }
            val added = pool.dataSource.whileBusy { List(3) { add.callAsync(it) } }
            added.map { outcome(it) } shouldContainExactly listOf<Any>(1, "22023", 1)
            pool.close()
        }

        test("a query that may change rows is not joined, so that it runs once") {
            val pool = postgresPool("once") { maxSize = 1 }
            pool.prepare("drop table if exists once", "create table once (id int)")
            val add =
                pool.batchedQuery<Int, Int>(
                    "insert into once values (?) returning id",
                    { setInt(1, it) },
                    {
                        next()
                        getInt(1)
                    },
                )
            val all = pool.dataSource.whileBusy { List(5) { add.callAsync(it) } }
            all.map { outcome(it) } shouldContainExactly (0..4).toList()
            pool.dataSource.withConnection<String, SQLException> { it.ask("select count(*) from once") } shouldBe "5"
            add.stats().splits shouldBe 1
            pool.close()
        }
    })

private fun Connection.numbers(sql: String): List<Int> =
    createStatement().use { statement ->
        statement.executeQuery(sql).use { rows -> buildList { while (rows.next()) add(rows.getInt(1)) } }
    }

/** Waits on this thread until a condition holds, or for so many milliseconds. */
private fun until(limit: Int, condition: () -> Boolean) {
    val deadline = System.nanoTime() + limit * 1_000_000L
    while (!condition() && System.nanoTime() < deadline) Thread.onSpinWait()
}

/** Runs the same random calls batched and one by one, on two tables, and compares what callers see and the tables. */
internal class BatchModel(private val pool: JdbcPool, private val random: Random) : AutoCloseable {
    private class Row(val id: Int, val body: String?, val n: Int?)

    private class Work(val sql: String, val bind: PreparedStatement.(Row) -> Unit)

    private val insert =
        Work("insert into TABLE (id, body, n) values (?, ?, ?)") {
            setInt(1, it.id)
            setString(2, it.body)
            setObject(3, it.n, Types.INTEGER)
        }
    private val change =
        Work("update TABLE set body = ?, n = 60 / (n - ?) where id >= ?;") {
            setString(1, it.body?.take(9)) // PostgreSQL checks it for each row, or while it plans
            setInt(2, it.n ?: 1)
            setInt(3, it.id)
        }
    private val find =
        Work("select body, 60 / (n - ?) from TABLE where id > ? and body <> ? order by id -- all") {
            setInt(1, it.n ?: 0)
            setInt(2, it.id)
            setString(3, it.body)
        }
    private val works = listOf(insert, change, find)

    private fun Work.on(table: String) = sql.replace("TABLE", table)

    private fun ResultSet.all() = buildList { while (next()) addAll(listOf(getString(1), getString(2))) }

    private val batched: List<BatchedStatement<Row, *>> =
        works.map {
            if (it === find) pool.batchedQuery(it.on("batched"), it.bind, { all() }, maxBatch = 8)
            else pool.batchedUpdate(it.on("batched"), maxBatch = 8, bind = it.bind)
        }

    /** The same as one writes it without batches. */
    private fun alone(work: Work, row: Row): Any? =
        pool.dataSource.withConnection<Any?, SQLException> { c ->
            c.prepareStatement(work.on("single")).use { statement ->
                work.bind(statement, row)
                if (work === find) statement.executeQuery().use { it.all() }
                else statement.executeUpdate().also { if (!c.autoCommit) c.commit() }
            }
        }

    fun round() {
        val kind = random.nextInt(works.size)
        val rows = List(random.nextInt(1, 24)) { row() }
        val together = pool.dataSource.whileBusy { rows.map { batched[kind].callAsync(it) } }
        val outcomes = together.map { outcome(it) }
        val expected = rows.map { row -> runCatching { alone(works[kind], row) } }.map { outcome(it.future()) }
        outcomes shouldContainExactly expected
        content("batched") shouldBe content("single")
    }

    private fun row() =
        Row(
            random.nextInt(60),
            listOf("a", "it's; so", "?", null, "far too long").random(random),
            random.nextInt(-3, 30).takeIf { it >= 0 },
        )

    private fun content(table: String) =
        pool.dataSource.withConnection<List<String?>, SQLException> { c ->
            c.createStatement().use { s ->
                s.executeQuery("select id, body, n from $table order by id").use {
                    buildList { while (it.next()) for (column in 1..3) add(it.getString(column)) }
                }
            }
        }

    private fun <T> Result<T>.future(): CompletableFuture<T> =
        fold({ CompletableFuture.completedFuture(it) }, { CompletableFuture.failedFuture(it) })

    override fun close() {
        check(batched.any { it.stats().largest > 1 }) { "no batch had several calls: $batched" }
    }
}
