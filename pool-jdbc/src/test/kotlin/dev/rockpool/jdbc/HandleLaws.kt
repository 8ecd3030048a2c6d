package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.CallableStatement
import java.sql.Connection
import java.sql.DatabaseMetaData
import java.sql.ResultSet
import java.sql.SQLClientInfoException
import java.sql.SQLException
import java.sql.Statement
import java.sql.Types
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import org.postgresql.PGStatement
import org.postgresql.jdbc.PgDatabaseMetaData
import org.postgresql.jdbc.PgResultSet

private inline fun lent(test: (Connection) -> Unit) = postgresPool("handles").dataSource.use { it.connection.use(test) }

/** Statements, result sets and metadata of PostgreSQL's driver. */
class HandleLaws :
    FunSpec({
        test("each handle unwraps to the driver's object and to itself, and to nothing else") {
            lent { connection ->
                val statement = connection.createStatement()
                val results = statement.executeQuery("select 1")
                val metaData = connection.metaData
                statement.unwrap(Statement::class.java) shouldBe statement
                statement.unwrap(PGStatement::class.java).shouldBeInstanceOf<PGStatement>()
                results.unwrap(ResultSet::class.java) shouldBe results
                results.unwrap(PgResultSet::class.java).shouldBeInstanceOf<PgResultSet>()
                metaData.unwrap(DatabaseMetaData::class.java) shouldBe metaData
                metaData.unwrap(PgDatabaseMetaData::class.java).shouldBeInstanceOf<PgDatabaseMetaData>()
                connection.unwrap(Connection::class.java) shouldBe connection
                for (wrapper in listOf(statement, results, metaData, connection)) {
                    wrapper.isWrapperFor(wrapper.javaClass) shouldBe true
                    wrapper.isWrapperFor(String::class.java) shouldBe false
                    shouldThrow<SQLException> { wrapper.unwrap(String::class.java) }
                }
                statement.isWrapperFor(PGStatement::class.java) shouldBe true
                results.isWrapperFor(PgResultSet::class.java) shouldBe true
                metaData.isWrapperFor(PgDatabaseMetaData::class.java) shouldBe true
                connection.isWrapperFor(org.postgresql.PGConnection::class.java) shouldBe true
            }
        }

        val file = SqliteFile()
        afterSpec { file.close() }
        for ((database, at) in listOf("PostgreSQL" to null, "H2" to "jdbc:h2:mem:handles", "SQLite" to file.url)) {
            test("getResultSet returns the object that executeQuery returned, each time, on $database") {
                JdbcPool("same") { url = at ?: Postgres.url }
                    .dataSource
                    .use { pool ->
                        pool.connection.use { connection ->
                            val statement = connection.createStatement()
                            val first = statement.executeQuery("select 1")
                            statement.resultSet shouldBeSameInstanceAs first
                            statement.resultSet.next() shouldBe true
                            first.getInt(1) shouldBe 1
                            statement.execute("select 2") shouldBe true
                            val second = statement.resultSet
                            statement.resultSet shouldBeSameInstanceAs second
                            second.next() shouldBe true
                            second.getInt(1) shouldBe 2
                            val prepared = connection.prepareStatement("select 3")
                            val rows = prepared.executeQuery()
                            prepared.resultSet shouldBeSameInstanceAs rows
                            prepared.parameterMetaData.parameterCount shouldBe 0
                            prepared.metaData.columnCount shouldBe 1
                            prepared.resultSet shouldBeSameInstanceAs rows
                            rows.close()
                            prepared.executeQuery().next() shouldBe true
                            connection
                                .createStatement()
                                .executeUpdate("create table same (id integer primary key)") shouldBe 0
                            val insert = connection.prepareStatement("insert into same values (1)", arrayOf("id"))
                            insert.executeUpdate() shouldBe 1
                            val keys = insert.generatedKeys
                            insert.resultSet shouldBe null
                            keys.next() shouldBe true
                            connection.createStatement().execute("drop table same")
                        }
                    }
            }
        }

        test("a result set is closed with its statement, and both report it") {
            lent { connection ->
                val statement = connection.createStatement()
                val results = statement.executeQuery("select 1")
                results.toString() shouldContain "PgResultSet"
                results.isClosed shouldBe false
                statement.close()
                results.isClosed shouldBe true
                results.toString() shouldBe "closed result set"
                statement.toString() shouldBe "closed statement"
                shouldThrow<SQLException> { results.next() }
            }
        }

        test("a statement that closes on completion is closed with its last result set, and not before") {
            lent { connection ->
                val statement = connection.prepareStatement("select 1")
                val results = statement.executeQuery()
                statement.closeOnCompletion()
                statement.isCloseOnCompletion shouldBe true
                statement.isClosed shouldBe false
                results.close()
                statement.isClosed shouldBe true
                shouldThrow<SQLException> { statement.closeOnCompletion() }
            }
        }

        test("a cursor that is a value is wrapped, and closed with the lease") {
            val pool = postgresPool("cursors")
            lateinit var cursor: ResultSet
            pool.dataSource.connection.use { connection ->
                connection.autoCommit = false
                connection.run(
                    "create function cursor_of_two() returns refcursor language plpgsql as " +
                        "'declare c refcursor; begin open c for select 2; return c; end'"
                )
                fun call(): CallableStatement =
                    connection.prepareCall("{? = call cursor_of_two()}").apply {
                        registerOutParameter(1, Types.REF_CURSOR)
                        execute()
                    }
                cursor = call().getObject(1) as ResultSet
                cursor.next() shouldBe true
                cursor.getInt(1) shouldBe 2
                cursor.statement.connection shouldBe connection
                call().getObject(1, ResultSet::class.java).next() shouldBe true
                val row = connection.createStatement().executeQuery("select cursor_of_two(), 'text'::text")
                row.next()
                row.getObject(1).shouldBeInstanceOf<ResultSet>().statement?.connection.let {
                    (it == null || it == connection) shouldBe true
                }
                row.getObject(2) shouldBe "text"
                row.getObject(2, String::class.java) shouldBe "text"
                connection.rollback()
            }
            cursor.isClosed shouldBe true
            pool.close()
        }

        test("bad arguments are rejected before the driver gets them, and an ended lease throws") {
            val pool = postgresPool("arguments")
            val connection = pool.dataSource.connection
            shouldThrow<SQLException> { connection.abort(null) }.message shouldContain "executor"
            shouldThrow<SQLException> { connection.isValid(-1) }.message shouldContain "-1"
            connection.close()
            shouldThrow<SQLClientInfoException> { connection.setClientInfo("ApplicationName", "late") }
            connection.abort { it.run() }
            connection.abort(null) // JDBC: no-op on a closed connection
            connection.isValid(1) shouldBe false
            pool.close()
        }

        test("a block that may block on its thread stays there, even if it has to wait or has a zero timeout") {
            val pool = postgresPool("here") { maxSize = 1 }
            pool.withConnection { it.ask("select 0") } // so that one is idle
            withContext(pool.dispatcher) {
                val here = Thread.currentThread()
                pool.withConnection { Thread.currentThread() shouldBe here }
            }
            coroutineScope {
                pool.dataSource.connection
                    .use {
                        runCatching { pool.withConnection(Duration.ZERO) {} }.isFailure shouldBe true
                        withContext(Dispatchers.IO) {
                            runCatching { pool.withConnection(Duration.ZERO) {} }.isFailure shouldBe true
                        }
                        async(Dispatchers.IO) { pool.withConnection(20.seconds) { c -> c.ask("select 1") } }
                            .also { until { check(pool.snapshot().pending == 1) } }
                    }
                    .await() shouldBe "1"
            }
            pool.stats.value.name shouldBe "here"
            pool.control.reconfigure { maxSize = 3 }
            pool.withConnection { it.ask("select 2") } shouldBe "2"
            pool.dispatcher.toString() shouldContain "pool dispatcher"
            pool.dataSource.control().config.maxSize shouldBe 3
            pool.toString() shouldNotBe ""
            pool.close()
        }
    })
