package dev.rockpool.jdbc

import dev.rockpool.testing.EmbeddedDatabase
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.sql.Statement
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

private const val TOTAL = 6
private val ENDING = 300.milliseconds

/** One JVM with two pools. */
private class Member(database: EmbeddedDatabase, seed: Long) {
    private val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    private val arguments = listOf(database.url(), database.user(), database.password(), "$TOTAL", "$seed")
    private val command =
        listOf(java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")) +
            FleetProcess::class.java.name +
            arguments
    val process: Process = ProcessBuilder(command).redirectErrorStream(true).start()
    val lines = ConcurrentLinkedQueue<String>()
    private val reader = thread(isDaemon = true) { process.inputStream.bufferedReader().forEachLine { lines += it } }

    val calls: Int
        get() = lines.lastOrNull { it.startsWith("calls ") }?.substringAfter(' ')?.toInt() ?: 0

    fun end() {
        process.outputStream.apply {
            write('\n'.code)
            flush()
        }
        process.waitFor(30, TimeUnit.SECONDS) shouldBe true
        reader.join()
        lines.filter { !it.startsWith("calls ") && !it.startsWith("[") && " INFO " !in it } shouldBe listOf("ended")
    }
}

/**
 * Looks at the server all the time: the pools never have more sessions than the total. The server still counts a closed
 * session for a moment, until its process has ended.
 */
private class Watch(private val statement: Statement) {
    fun sessions(): Int =
        statement.executeQuery("select count(*) from pg_stat_activity where application_name = 'fleet'").use {
            it.next()
            it.getInt(1)
        }

    private fun sessionsWithinTotal(): Int {
        val end = TimeSource.Monotonic.markNow() + ENDING
        var count = sessions()
        while (count > TOTAL && end.hasNotPassedNow()) count = sessions()
        count shouldBeLessThanOrEqualTo TOTAL
        return count
    }

    fun during(time: Duration) {
        val end = TimeSource.Monotonic.markNow() + time
        while (end.hasNotPassedNow()) sessionsWithinTotal()
    }

    fun until(limit: Duration, condition: (Int) -> Boolean) {
        val end = TimeSource.Monotonic.markNow() + limit
        while (!condition(sessionsWithinTotal())) {
            withClue("the condition does not come true, sessions: ${sessions()}") {
                end.hasNotPassedNow() shouldBe true
            }
        }
    }
}

private fun EmbeddedDatabase.poolOfAll(): RockpoolDataSource {
    val budget =
        PostgresBudget.builder().name("shop").total(TOTAL).url(url()).username(user()).password(password()).build()
    return RockpoolDataSource.builder()
        .url(url())
        .username(user())
        .password(password())
        .maxSize(TOTAL)
        .minIdle(0)
        .budget(budget.share())
        .build()
}

/** Three processes share a budget on one PostgreSQL. */
class FleetLaws :
    FunSpec({
        test("4.7: the server never counts more than the total, and a killed process gives its permits back") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong(1_000_000)
            val time = if (System.getProperty("rockpool.proof").toBoolean()) 60.seconds else 2.seconds
            withClue("rerun with -Drockpool.seed=$seed") {
                EmbeddedDatabase.create().use { database ->
                    database.connect().use { connection ->
                        val watch = Watch(connection.createStatement())
                        val members = List(3) { Member(database, seed + it) }
                        try {
                            watch.until(30.seconds) { members.all { it.calls > 20 } }
                            watch.during(time)
                            watch.until(30.seconds) { it == TOTAL } // the demand is random, so wait for it
                            val (killed, others) = members.first() to members.drop(1)
                            killed.process.destroyForcibly().waitFor()
                            watch.during(time / 2)
                            val before = others.map { it.calls }
                            watch.during(time)
                            others.zip(before).forEach { (member, calls) -> member.calls shouldBeGreaterThan calls }
                            others.forEach { it.end() }
                        } finally {
                            members.forEach { it.process.destroyForcibly() }
                        }
                        watch.until(10.seconds) { it == 0 }
                        val pool = database.poolOfAll()
                        List(TOTAL) { pool.connection }.forEach { it.close() } // also the permits of the killed one
                        pool.close()
                    }
                }
            }
        }
    })
