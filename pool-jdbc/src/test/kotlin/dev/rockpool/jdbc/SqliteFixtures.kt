package dev.rockpool.jdbc

import java.nio.file.Files
import java.nio.file.Path
import java.sql.Connection
import java.sql.DriverManager
import java.sql.SQLException
import java.util.concurrent.locks.LockSupport
import kotlin.concurrent.thread

/** A file for an SQLite database; [use] deletes it. */
class SqliteFile : AutoCloseable {
    private val folder: Path = Files.createTempDirectory("sqlite")
    val path: Path = folder.resolve("test.db")
    val url: String = "jdbc:sqlite:$path"

    /** A connection outside any pool, like that of another process. */
    fun direct(): Connection = DriverManager.getConnection(url).also { it.run("pragma busy_timeout = 10000") }

    override fun close() {
        folder.toFile().deleteRecursively()
    }
}

/** Data need not survive a crash of the machine, so commits do not wait for the disk. */
val notDurable = mapOf("synchronous" to "OFF")

/** Runs a test with a pool on a database with a counter that is 0. */
inline fun withSqlite(noinline settings: JdbcSettings.() -> Unit = {}, test: (SqliteFile, RockpoolDataSource) -> Unit) {
    SqliteFile().use { file ->
        val pool =
            JdbcPool("sqlite") {
                url = file.url
                properties = notDurable
                settings()
            }
        pool.dataSource.use {
            it.createCounter()
            test(file, it)
        }
    }
}

fun RockpoolDataSource.createCounter() {
    connection.use {
        it.run("create table counter(n int not null)")
        it.run("insert into counter values (0)")
        if (!it.autoCommit) it.commit()
    }
}

fun RockpoolDataSource.count(): Int = connection.use { it.count() }

fun Connection.count(): Int = ask("select n from counter")!!.toInt()

/** Adds one with one statement. */
fun Connection.increment() = run("update counter set n = n + 1")

/** Adds one by reading first. An update between the two statements is lost. */
fun Connection.readThenIncrement() {
    val seen = count()
    prepareStatement("update counter set n = ?").use {
        it.setInt(1, seen + 1)
        it.executeUpdate()
    }
}

fun Connection.transaction(work: Connection.() -> Unit) {
    autoCommit = false
    work()
    commit()
}

val Thread.waitsForTurn: Boolean
    get() = LockSupport.getBlocker(this)?.javaClass?.simpleName == "WriteLock"

/** A thread that waits for the write lock, and its outcome. */
class Writer(pool: RockpoolDataSource, work: (Connection) -> Unit = { it.increment() }) {
    @Volatile var failure: Throwable? = null

    @Volatile var interrupted = false

    val thread = thread {
        failure = runCatching { pool.connection.use(work) }.exceptionOrNull()
        interrupted = Thread.currentThread().isInterrupted
    }

    val error: SQLException
        get() {
            thread.join()
            return failure as SQLException
        }

    suspend fun waits() = apply { until { check(thread.waitsForTurn) { "$thread ${failure?.message}" } } }

    fun succeeds() {
        thread.join()
        failure?.let { throw it }
    }
}
