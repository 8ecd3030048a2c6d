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
import dev.rockpool.examples.bench.peer.OpenPool
import dev.rockpool.examples.bench.peer.Room
import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.jdbc.RockpoolDataSource
import java.util.concurrent.ThreadFactory
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** More coroutines than connections, on a real server. */
internal class PostgresCoroutinesCase :
    ProcessCase(
        About(
            "postgres-coroutines",
            "PostgreSQL, more callers than connections",
            "32 and 1,000 coroutines of Dispatchers.Default, or on the pool's own dispatcher, on 4 connections, `select 1` " +
                "each; for comparison HikariCP with 32 threads, and 4 threads with their own connections",
            "The server is on the same machine and shares its processors, so a call takes tens of microseconds and moving a " +
                "block between threads matters. With a millisecond of network or server time, all are as fast " +
                "as 4 connections allow.",
        )
    ) {
    override fun metrics(): List<Metric> = LEVELS.values.toList()

    override fun candidates(): List<Candidate> {
        fun of(peer: JdbcPeer, key: String, remark: String) =
            JdbcCandidates.of(peer, key, remark, ROOM, Postgres.UNKNOWN)
        return listOf(
            of(JdbcPeer.ROCKPOOL, "rockpool", ", from Dispatchers.Default"),
            of(JdbcPeer.ROCKPOOL, "rockpool-dispatcher", ", on its dispatcher"),
            of(JdbcPeer.HIKARICP, "hikaricp-threads", ", 32 threads"),
            of(JdbcPeer.HIKARICP, "hikaricp-io", " in Dispatchers.IO"),
            JdbcCandidates.dedicated(),
        )
    }

    override fun goals(): List<Goal> =
        LEVELS.values.flatMap {
            listOf(
                Goal.over("hikaricp-threads", it, 1.6),
                Goal.over("rockpool-dispatcher", "hikaricp-threads", it, 2.5),
                Goal.over("rockpool-dispatcher", "dedicated", it, 0.9),
            )
        }

    override fun needsServer(): Boolean = true

    override fun seconds(effort: Effort): Double = effort.untilCompiled().seconds(LEVELS.size)

    override fun measure(input: ForkInput, server: ServerLink): Samples =
        when (input.candidate) {
            "rockpool" -> rockpool(input) { Dispatchers.Default }
            "rockpool-dispatcher" -> rockpool(input) { it.dispatcher }
            "hikaricp-io" -> hikariInIo(input)
            "hikaricp-threads" ->
                open(input, JdbcPeer.HIKARICP).use { pool ->
                    threads(input, THREADS) { Lender.pool(pool.dataSource()) }
                }
            else -> threads(input, ROOM.max()) { Postgres.own(input) }
        }

    private fun rockpool(input: ForkInput, dispatcher: (JdbcPool) -> CoroutineDispatcher): Samples =
        open(input, JdbcPeer.ROCKPOOL).use { open ->
            val pool = (open.dataSource() as RockpoolDataSource).asJdbcPool()
            coroutines(input, dispatcher(pool)) { pool.withConnection { Hold.selectOne(it) } }
        }

    private fun hikariInIo(input: ForkInput): Samples =
        open(input, JdbcPeer.HIKARICP).use { open ->
            val pool = open.dataSource()
            coroutines(input, Dispatchers.Default) {
                withContext(Dispatchers.IO) { pool.connection.use { Hold.selectOne(it) } }
            }
        }

    private fun open(input: ForkInput, peer: JdbcPeer): OpenPool = Postgres.filled(peer, input, ROOM)

    /** The number of threads is fixed, whatever the level. */
    private fun threads(input: ForkInput, count: Int, lender: () -> Lender): Samples {
        val crowd =
            Crowd.run(count, ThreadFactory(::Thread), lender, Hold.selecting(), false, input.effort().untilCompiled())
        return LEVELS.values.fold(Samples()) { samples, rate -> samples.addAll(rate.key(), crowd.rates()) }
    }

    private fun coroutines(input: ForkInput, dispatcher: CoroutineDispatcher, call: suspend () -> Unit): Samples {
        val samples = Samples()
        for ((count, rate) in LEVELS) {
            samples.addAll(rate.key(), ratesOf(count, dispatcher, input.effort().untilCompiled(), call))
        }
        return samples
    }

    private companion object {
        val ROOM: Room = Room.of(4)
        const val THREADS = 32
        val LEVELS: Map<Int, Metric> =
            listOf(32, 1_000).associateWith { Metric.more("rate-$it", "calls per second, %,d coroutines".format(it)) }
    }
}
