package dev.rockpool.jdbc

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.sql.SQLException
import kotlin.random.Random

/** Batches on the tests' own MariaDB, with its driver and MySQL's. Skipped, with the reason, where it cannot run. */
class MariaDbBatchingLaws :
    FunSpec({
        val database by lazy { "batching".also { MariaDb.create(it, "batcher", "secret-of-batcher") } }

        fun pool(url: String) =
            JdbcPool("batching") {
                this.url = url
                username = "batcher"
                password = "secret-of-batcher"
                maxSize = 1
            }

        fun urls(options: String) =
            listOf("jdbc:mariadb:", "jdbc:mysql:").map { driver ->
                MariaDb.url(database).replace("jdbc:mariadb:", driver) + options
            }

        fun law(name: String, body: suspend () -> Unit) =
            test(name).config(enabledOrReasonIf = { MariaDb.missing?.let(Enabled::disabled) ?: Enabled.enabled }) {
                body()
            }

        fun JdbcPool.answers() =
            batchedQuery<Int, Int>(
                "select ? * 2",
                { setInt(1, it) },
                {
                    next()
                    getInt(1)
                },
            )

        law("MariaDB and MySQL get the queries of a batch together if the driver allows several") {
            for (url in urls("?allowMultiQueries=true") + urls("?allowMultiQueries=true&useServerPrepStmts=true")) {
                val pool = pool(url)
                val twice = pool.answers()
                withClue(url) {
                    repeat(2) {
                        val all = pool.dataSource.whileBusy { List(11) { twice.callAsync(it) } }.map { it.join() }
                        all shouldContainExactly List(11) { it * 2 }
                    }
                    // Neither server prepares several statements as one.
                    if ("useServerPrepStmts" !in url) twice.stats().splits shouldBe 0
                    twice.stats().largest shouldBe 11
                }
                pool.close()
            }
        }

        law("without that they get them one by one, with the same results") {
            for (url in urls("")) {
                val pool = pool(url)
                val twice = pool.answers()
                withClue(url) {
                    val all = pool.dataSource.whileBusy { List(5) { twice.callAsync(it) } }.map { it.join() }
                    all shouldContainExactly List(5) { it * 2 }
                    twice.stats().splits shouldBe 1
                }
                pool.close()
            }
        }

        law("139 the results and errors of a batch are those of single calls, on MariaDB, too") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong()
            val rounds = if (System.getProperty("rockpool.proof").toBoolean()) 200 else 6
            for (url in urls("?allowMultiQueries=true")) {
                val pool = pool(url)
                withClue("rerun with -Drockpool.seed=$seed on $url") {
                    pool.dataSource.useConnection<SQLException> { c ->
                        for (table in listOf("batched", "single")) {
                            c.run("drop table if exists $table")
                            c.run("create table $table (id int primary key, body varchar(9), n int not null)")
                        }
                    }
                    BatchModel(pool, Random(seed)).use { model -> repeat(rounds) { model.round() } }
                }
                pool.close()
            }
        }
    })
