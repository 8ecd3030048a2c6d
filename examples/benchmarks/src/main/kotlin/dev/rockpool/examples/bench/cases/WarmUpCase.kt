package dev.rockpool.examples.bench.cases

import dev.rockpool.examples.bench.About
import dev.rockpool.examples.bench.Candidate
import dev.rockpool.examples.bench.Effort
import dev.rockpool.examples.bench.ForkInput
import dev.rockpool.examples.bench.Goal
import dev.rockpool.examples.bench.JdbcCandidates
import dev.rockpool.examples.bench.Metric
import dev.rockpool.examples.bench.ProcessCase
import dev.rockpool.examples.bench.Samples
import dev.rockpool.examples.bench.ServerLink
import dev.rockpool.examples.bench.peer.JdbcPeer
import dev.rockpool.examples.bench.peer.Room
import dev.rockpool.jdbc.RockpoolDataSource
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.LongAdder
import javax.sql.DataSource
import kotlin.concurrent.thread
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch

/** The first seconds of a JVM, in which little of its code is compiled. */
internal class WarmUpCase :
    ProcessCase(
        About(
            "warm-up",
            "The first ten seconds",
            "A new JVM opens 4 connections of a PostgreSQL. Then 32 coroutines of Dispatchers.Default, or 4 or 32 threads, " +
                "call `select 1` as fast as they can, and each second is counted",
            "The server is on the same machine, so it and the JIT compiler share its processors with the callers.",
        )
    ) {
    override fun metrics(): List<Metric> = SECONDS

    override fun candidates(): List<Candidate> {
        fun of(peer: JdbcPeer, key: String, remark: String) =
            JdbcCandidates.of(peer, key, remark, ROOM, Postgres.UNKNOWN)
        return listOf(
            of(JdbcPeer.ROCKPOOL, "rockpool", ", 32 coroutines"),
            of(JdbcPeer.HIKARICP, "hikaricp-32", ", 32 threads"),
            of(JdbcPeer.ROCKPOOL, "rockpool-4", ", 4 threads"),
            of(JdbcPeer.HIKARICP, "hikaricp-4", ", 4 threads"),
        )
    }

    override fun goals(): List<Goal> =
        SECONDS.flatMap { listOf(Goal.over("hikaricp-32", it, 1.0), Goal.over("rockpool-4", "hikaricp-4", it, 1.0)) }

    override fun isQuick(): Boolean = false

    override fun needsServer(): Boolean = true

    override fun seconds(effort: Effort): Double = effort.seconds(0) + SECONDS.size

    override fun measure(input: ForkInput, server: ServerLink): Samples {
        val peer = if (input.candidate.startsWith("rockpool")) JdbcPeer.ROCKPOOL else JdbcPeer.HIKARICP
        return Postgres.filled(peer, input, ROOM).use { pool ->
            when (input.candidate) {
                "rockpool" -> coroutines(pool.dataSource() as RockpoolDataSource)
                "hikaricp-32" -> threads(pool.dataSource(), MANY)
                else -> threads(pool.dataSource(), ROOM.max())
            }
        }
    }

    private fun coroutines(dataSource: RockpoolDataSource): Samples {
        val pool = dataSource.asJdbcPool()
        val calls = LongAdder()
        val scope = CoroutineScope(Dispatchers.Default)
        repeat(MANY) {
            scope.launch {
                while (isActive) {
                    pool.withConnection { Hold.selectOne(it) }
                    calls.increment()
                }
            }
        }
        return rates(calls).also { scope.cancel() }
    }

    private fun threads(pool: DataSource, count: Int): Samples {
        val calls = LongAdder()
        val over = AtomicBoolean()
        val callers =
            List(count) {
                thread {
                    while (!over.get()) {
                        pool.connection.use { Hold.selectOne(it) }
                        calls.increment()
                    }
                }
            }
        return rates(calls).also {
            over.set(true)
            callers.forEach(Thread::join)
        }
    }

    private fun rates(calls: LongAdder): Samples =
        SECONDS.fold(Samples()) { samples, second ->
            val before = calls.sum()
            val start = System.nanoTime()
            TimeUnit.SECONDS.sleep(1)
            samples.add(second.key(), (calls.sum() - before) * 1e9 / (System.nanoTime() - start))
        }

    private companion object {
        val ROOM: Room = Room.of(4)
        const val MANY = 32
        val SECONDS: List<Metric> = List(10) { Metric.more("second-${it + 1}", "calls in second ${it + 1}") }
    }
}
