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
import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.jdbc.RockpoolDataSource
import dev.rockpool.jdbc.batchedQuery
import dev.rockpool.jdbc.batchedUpdate
import java.sql.Connection
import java.sql.PreparedStatement
import java.util.concurrent.ThreadFactory
import java.util.concurrent.ThreadLocalRandom
import kotlinx.coroutines.Dispatchers

/** Many callers with one short statement, on a real server. */
internal class BatchingCase :
    ProcessCase(
        About(
            "batching",
            "PostgreSQL, calls sent together",
            "1,000 coroutines of Dispatchers.Default on 4 connections read one of 100,000 rows by its key, or insert a " +
                "row, with a maxBatch of 16 and 64; and 4 coroutines read; for comparison 4 threads with their own " +
                "connections",
            "Calls are only sent together while all connections are in use. The server is on the same machine, so a " +
                "round trip is as short as it can be; with a network each one saves more.",
        )
    ) {
    override fun metrics(): List<Metric> = listOf(READS, INSERTS, LATENCY)

    override fun candidates(): List<Candidate> =
        listOf(
            JdbcCandidates.of(JdbcPeer.ROCKPOOL, "rockpool", ", batched", ROOM, Postgres.UNKNOWN),
            JdbcCandidates.of(JdbcPeer.ROCKPOOL, "rockpool-single", ", withConnection", ROOM, Postgres.UNKNOWN),
            JdbcCandidates.dedicated(),
        )

    override fun goals(): List<Goal> =
        listOf(
            Goal.over("dedicated", READS, 3.0),
            Goal.over("dedicated", INSERTS, 4.0),
            Goal.over("rockpool-single", LATENCY, 0.9),
        )

    override fun isQuick(): Boolean = false

    override fun needsServer(): Boolean = true

    override fun seconds(effort: Effort): Double = effort.untilCompiled().seconds(metrics().size)

    override fun measure(input: ForkInput, server: ServerLink): Samples {
        Postgres.connect(input).use(::prepare)
        val effort = input.effort().untilCompiled()
        return when (input.candidate) {
            "rockpool" -> withPool(input) { batched(it, effort) }
            "rockpool-single" -> withPool(input) { single(it, effort) }
            else -> dedicated(input, effort)
        }
    }

    private fun prepare(connection: Connection) {
        connection.createStatement().use {
            it.execute("create table if not exists items (id bigint primary key, name text)")
            it.execute(
                "insert into items select i, 'name ' || i from generate_series(1, $ROWS) i on conflict do nothing"
            )
            it.execute("create table if not exists events (id bigint, body text)")
            it.execute("truncate events")
            it.execute("vacuum analyze items")
        }
    }

    private fun withPool(input: ForkInput, use: (JdbcPool) -> Samples): Samples =
        Postgres.filled(JdbcPeer.ROCKPOOL, input, ROOM).use { open ->
            use((open.dataSource() as RockpoolDataSource).asJdbcPool())
        }

    private fun batched(pool: JdbcPool, effort: Effort): Samples {
        val nameOf =
            pool.batchedQuery<Long, String?>(
                FIND,
                bind = { setLong(1, it) },
                read = { if (next()) getString(1) else null },
            )
        val add = pool.batchedUpdate<Long>(ADD, maxBatch = INSERTS_AT_ONCE) { setLong(1, it) }
        return measure(effort, { nameOf(anyKey()) }, { add(anyKey()) })
    }

    private fun single(pool: JdbcPool, effort: Effort): Samples =
        measure(effort, { pool.withConnection(block = ::find) }, { pool.withConnection(block = ::add) })

    private fun measure(effort: Effort, read: suspend () -> Unit, insert: suspend () -> Unit): Samples =
        Samples()
            .addAll(LATENCY.key(), ratesOf(CALLERS, Dispatchers.Default, effort, read).map(::micros))
            .addAll(READS.key(), ratesOf(CROWD, Dispatchers.Default, effort, read))
            .addAll(INSERTS.key(), ratesOf(CROWD, Dispatchers.Default, effort, insert))

    private fun dedicated(input: ForkInput, effort: Effort): Samples {
        fun rates(hold: Hold) =
            Crowd.run(ROOM.max(), ThreadFactory(::Thread), { Postgres.own(input) }, hold, false, effort).rates()
        val reads = rates(::find)
        return Samples()
            .addAll(LATENCY.key(), reads.map(::micros))
            .addAll(READS.key(), reads)
            .addAll(INSERTS.key(), rates(::add))
    }

    private companion object {
        val ROOM: Room = Room.of(4)
        const val ROWS = 100_000
        const val CROWD = 1_000
        const val CALLERS = 4
        const val INSERTS_AT_ONCE = 64
        const val MICROS = 1e6
        const val FIND = "select name from items where id = ?"
        const val ADD = "insert into events (id, body) values (?, 'an event of average length')"
        val READS: Metric = Metric.more("reads", "reads per second, 1,000 coroutines")
        val INSERTS: Metric = Metric.more("inserts", "inserts per second, 1,000 coroutines")
        val LATENCY: Metric = Metric.less("latency", "µs per read, 4 callers")

        fun anyKey() = ThreadLocalRandom.current().nextLong(1, ROWS + 1L)

        fun micros(rate: Double) = CALLERS * MICROS / rate

        fun find(connection: Connection) =
            connection.prepareStatement(FIND).use {
                it.setLong(1, anyKey())
                it.executeQuery().use { rows -> check(rows.next()) { "no row" } }
            }

        fun add(connection: Connection) = connection.prepareStatement(ADD).use(::addWith)

        private fun addWith(statement: PreparedStatement) {
            statement.setLong(1, anyKey())
            statement.executeUpdate()
        }
    }
}
