package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.SQLException
import java.sql.Statement
import javax.sql.DataSource

/** Prepared statements that outlive the lease that prepared them. */
class StatementCacheLaws :
    FunSpec({
        fun prepared(database: FakeDatabase): Int =
            database.calls.count { it.on.kind == "connection" && it.method == "prepareStatement" }

        fun closed(database: FakeDatabase): Int =
            database.calls.count { it.on.kind == "statement" && it.method == "close" }

        fun DataSource.use(sql: String, with: (PreparedStatement) -> Unit = { it.executeQuery() }) =
            connection.use { c -> c.prepareStatement(sql).use(with) }

        fun withCache(size: Int = 2, test: (FakeDatabase, RockpoolDataSource) -> Unit) =
            withFake({ statementCacheSize = size }, test)

        test("without a cache every statement is newly prepared and closed") {
            withFake { database, pool ->
                repeat(3) { pool.use("a") }
                (prepared(database) to closed(database)) shouldBe (3 to 3)
            }
        }

        test("the next lease of a connection gets the statement that an earlier one prepared") {
            withCache { database, pool ->
                repeat(3) { pool.use("a") }
                (prepared(database) to closed(database)) shouldBe (1 to 0)
            }
        }

        test("a statement has one user at a time: a second one gets a new statement") {
            withCache { database, pool ->
                pool.connection.use { c ->
                    val first = c.prepareStatement("a")
                    val second = c.prepareStatement("a")
                    prepared(database) shouldBe 2
                    first.close()
                    second.close()
                }
                pool.use("a")
                (prepared(database) to closed(database)) shouldBe (2 to 1)
            }
        }

        test("statements prepared with other options are different") {
            withCache(20) { database, pool ->
                val ways =
                    listOf<(Connection) -> PreparedStatement>(
                        { it.prepareStatement("a") },
                        { it.prepareStatement("a", ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY) },
                        { it.prepareStatement("a", ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, 1) },
                        { it.prepareStatement("a", Statement.RETURN_GENERATED_KEYS) },
                        { it.prepareStatement("a", intArrayOf(1)) },
                        { it.prepareStatement("a", arrayOf("id")) },
                        { it.prepareStatement("a", arrayOf("id", "name")) },
                    )
                repeat(2) { pool.connection.use { c -> ways.forEach { way -> way(c).close() } } }
                prepared(database) shouldBe ways.size
            }
        }

        test("when the cache is full, the least recently used statement is closed") {
            withCache(2) { database, pool ->
                listOf("a", "b", "a", "c").forEach { pool.use(it) }
                closed(database) shouldBe 1
                pool.use("a")
                prepared(database) shouldBe 3
                pool.use("b")
                prepared(database) shouldBe 4
            }
        }

        test("results, parameters, batches and warnings are cleared for the next user of the statement") {
            withCache { database, pool ->
                lateinit var results: ResultSet
                pool.use("a") {
                    it.setInt(1, 7)
                    results = it.executeQuery()
                }
                results.isClosed shouldBe true
                val after = database.log().dropWhile { it != "statement.executeQuery()" }.drop(1)
                after.take(4) shouldBe
                    listOf("results.close()", "statement.clearParameters()", "statement.clearBatch()") +
                        "statement.clearWarnings()"
            }
        }

        test("a statement left open is cached when its lease ends") {
            withCache { database, pool ->
                pool.connection.use { it.prepareStatement("a").executeQuery() }
                pool.use("a")
                (prepared(database) to closed(database)) shouldBe (1 to 0)
            }
        }

        val changes =
            mapOf<String, (PreparedStatement) -> Unit>(
                "setMaxRows" to { it.maxRows = 1 },
                "setFetchSize" to { it.fetchSize = 1 },
                "setQueryTimeout" to { it.queryTimeout = 1 },
                "setPoolable" to { it.isPoolable = false },
                "closeOnCompletion" to { it.closeOnCompletion() },
                "getMoreResults" to { it.moreResults },
                "unwrap" to { runCatching { it.unwrap(Runnable::class.java) } },
            )
        for ((name, change) in changes) {
            test("a statement changed by $name is not cached") {
                withCache { database, pool ->
                    pool.use("a") { change(it) }
                    pool.use("a")
                    (prepared(database) to closed(database)) shouldBe (2 to 1)
                }
            }
        }

        test("a statement that failed is not cached, the others are") {
            withCache { database, pool ->
                pool.use("b")
                database.on("statement.executeQuery") { throw SQLException("no such row", "02000") }
                shouldThrow<SQLException> { pool.use("a") }
                database.normal("statement.executeQuery")
                pool.use("a")
                pool.use("b")
                (prepared(database) to closed(database)) shouldBe (3 to 1)
            }
        }

        test("a statement that cannot be reset for the next user is closed") {
            withCache { database, pool ->
                database.on("statement.clearParameters") { throw SQLException("no") }
                pool.use("a")
                (prepared(database) to closed(database)) shouldBe (1 to 1)
            }
        }

        test("a change of the schema empties the cache, whichever API changes it") {
            withCache { database, pool ->
                pool.use("b")
                database.on("statement.executeQuery") { throw SQLException("cached plan must not change", "0A000") }
                shouldThrow<SQLException> { pool.use("a") }
                database.normal("statement.executeQuery")
                closed(database) shouldBe 2
                pool.use("a")
                pool.connection.use { it.schema = "other" }
                closed(database) shouldBe 3
            }
        }

        test("on PostgreSQL a statement whose table was changed fails at most once") {
            val pool =
                postgresPool("cached") {
                    maxSize = 1
                    statementCacheSize = 5
                    autoCommit = false // otherwise the driver retries on its own
                    properties = mapOf("prepareThreshold" to "1")
                }
            pool.dataSource.connection.use {
                it.run("drop table if exists cached")
                it.run("create table cached(a int)")
                it.commit()
            }
            repeat(3) { pool.dataSource.use("select * from cached") }
            Postgres.direct().use { it.run("alter table cached add b int") }
            shouldThrow<SQLException> { pool.dataSource.use("select * from cached") }
            pool.dataSource.use("select * from cached") { it.executeQuery().metaData.columnCount shouldBe 2 }
            pool.close()
        }
    })
