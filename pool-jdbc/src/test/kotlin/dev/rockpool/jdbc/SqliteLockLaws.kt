package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.File
import java.nio.file.Files
import java.sql.SQLException
import java.sql.SQLNonTransientConnectionException
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** Another process holds the lock, simulated by a connection of the driver outside the pool. */
class SqliteLockLaws :
    FunSpec({
        val busy = notDurable + ("busy_timeout" to "100")

        test("a file that is locked from outside fails a writer after busy_timeout, and serves it when it is free") {
            withSqlite({ properties = busy }) { file, pool ->
                file.direct().use { other ->
                    other.run("begin exclusive")
                    val waited = measureTime {
                        shouldThrow<SQLException> { pool.connection.use { it.increment() } }
                            .apply {
                                errorCode shouldBe 5
                                message shouldContain "SQLITE_BUSY"
                            }
                    }
                    waited.inWholeMilliseconds shouldBeGreaterThanOrEqual 90
                    pool.count() shouldBe 0 // readers do not wait
                    other.run("commit")
                }
                pool.connection.use { it.increment() }
                pool.count() shouldBe 1
                pool.snapshot().closed shouldBe 0
            }
        }

        test("a transaction that could not begin can be retried on the same connection") {
            withSqlite({ properties = busy }) { file, pool ->
                pool.connection.use { c ->
                    c.autoCommit = false
                    file.direct().use { other ->
                        other.run("begin immediate")
                        shouldThrow<SQLException> { c.increment() }.errorCode shouldBe 5
                        Writer(pool).error.errorCode shouldBe 5 // it had the write lock, which the first one released
                        c.rollback()
                        shouldThrow<SQLException> { c.increment() }.errorCode shouldBe 5
                        other.run("rollback")
                    }
                    c.increment()
                    c.commit()
                }
                pool.count() shouldBe 1
                pool.snapshot().closed shouldBe 0
            }
        }

        test("writers wait out a short lock from outside, one in SQLite and the others for the write lock") {
            withSqlite { file, pool ->
                file.direct().use { other ->
                    other.run("begin exclusive")
                    val writers = listOf(Writer(pool), Writer(pool), Writer(pool))
                    until { check(writers.count { it.thread.waitsForTurn } == 2) }
                    other.run("update counter set n = 10")
                    other.run("commit")
                    writers.forEach { it.succeeds() }
                }
                pool.count() shouldBe 13
            }
        }

        test("what another process writes while we do is not lost") {
            withSqlite { file, pool ->
                file.direct().use { other ->
                    atOnce(5) { i ->
                        repeat(100) {
                            if (i == 0) other.increment()
                            else pool.connection.use { it.transaction { readThenIncrement() } }
                        }
                    }
                }
                pool.count() shouldBe 500
            }
        }

        test("a pool whose file is locked while it starts serves when it is free") {
            SqliteFile().use { file ->
                val other = file.direct()
                other.run("create table counter(n int not null)")
                other.run("begin exclusive") // without a WAL this blocks readers too
                val settings: JdbcSettings.() -> Unit = {
                    url = file.url
                    properties = busy
                }
                JdbcPool("locked", settings).dataSource.use { pool ->
                    until { check(pool.snapshot().openFailed > 0) }
                    other.run("commit")
                    other.close()
                    pool.connection.use { it.run("insert into counter values (1)") }
                    pool.count() shouldBe 1
                }
            }
        }

        test("writers wait for a lock of another JVM, which ends with that JVM") {
            withSqlite { file, pool ->
                val jar = { type: Class<*> -> type.protectionDomain.codeSource.location.path }
                val path =
                    listOf(org.sqlite.JDBC::class.java, org.slf4j.Logger::class.java).joinToString(":", transform = jar)
                val source = file.path.resolveSibling("Locker.java")
                Files.writeString(
                    source,
                    """
                    public class Locker {
                        public static void main(String[] args) throws Exception {
                            var connection = java.sql.DriverManager.getConnection(args[0]);
                            connection.createStatement().execute("begin exclusive");
                            System.out.println("locked");
                            System.in.read();
                        }
                    }
                    """,
                )
                val java = File(System.getProperty("java.home"), "bin/java").path
                val process =
                    ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", path, source.toString(), file.url)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                try {
                    process.inputStream.bufferedReader().readLine() shouldBe "locked"
                    val writer = Writer(pool)
                    val next = Writer(pool)
                    until { check(writer.thread.waitsForTurn || next.thread.waitsForTurn) }
                    process.destroyForcibly().waitFor()
                    writer.succeeds()
                    next.succeeds()
                } finally {
                    process.destroyForcibly()
                }
                pool.count() shouldBe 2
            }
        }

        test("a file that is no database fails callers at once, and is opened when it has become one") {
            SqliteFile().use { file ->
                Files.writeString(file.path, "This is a text, and it is long enough not to be taken for an empty file.")
                val settings: JdbcSettings.() -> Unit = {
                    url = file.url
                    minIdle = 0
                }
                JdbcPool("text", settings).dataSource.use { pool ->
                    measureTime {
                        val error = shouldThrow<SQLNonTransientConnectionException> { pool.connection }
                        error.errorCode shouldBe 26
                    } shouldBeLessThan 10.seconds
                    shouldThrow<ConnectFailedException> { pool.asJdbcPool().withConnection { it.count() } }
                    Files.delete(file.path)
                    pool.createCounter()
                    pool.count() shouldBe 0
                }
            }
        }
    })
