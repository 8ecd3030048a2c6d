package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlin.concurrent.thread
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

private const val WRITERS = 100
private const val EACH = 10

class SqliteWriterLaws :
    FunSpec({
        test("100 threads that write with autoCommit lose no update and get no BUSY") {
            withSqlite { _, pool ->
                atOnce(WRITERS) { pool.connection.use { c -> repeat(EACH) { c.increment() } } }
                pool.count() shouldBe WRITERS * EACH
            }
        }

        test("100 threads that read and then write in one transaction lose no update and get no BUSY") {
            withSqlite { _, pool ->
                atOnce(WRITERS) { repeat(EACH) { pool.connection.use { it.transaction { readThenIncrement() } } } }
                pool.count() shouldBe WRITERS * EACH
            }
        }

        test("the same with one lease for many transactions, some of them rolled back") {
            withSqlite { _, pool ->
                atOnce(WRITERS) {
                    pool.connection.use { c ->
                        c.autoCommit = false
                        repeat(EACH) { i ->
                            c.readThenIncrement()
                            if (i % 2 == 0) c.commit() else c.rollback()
                        }
                    }
                }
                pool.count() shouldBe WRITERS * EACH / 2
            }
        }

        test("the same on a pool whose connections have autoCommit off") {
            withSqlite({ autoCommit = false }) { _, pool ->
                atOnce(WRITERS) {
                    repeat(EACH) {
                        pool.connection.use {
                            it.readThenIncrement()
                            it.commit()
                        }
                    }
                }
                pool.count() shouldBe WRITERS * EACH
            }
        }

        test("the same with prepared batches") {
            withSqlite { _, pool ->
                atOnce(WRITERS) {
                    pool.connection.use { c ->
                        c.prepareStatement("update counter set n = n + ?").use { statement ->
                            repeat(EACH) {
                                statement.setInt(1, 1)
                                statement.addBatch()
                            }
                            statement.executeBatch().sum() shouldBe EACH
                        }
                        c.createStatement().use { statement ->
                            statement.addBatch("update counter set n = n + 1")
                            statement.executeLargeBatch()
                        }
                    }
                }
                pool.count() shouldBe WRITERS * (EACH + 1)
            }
        }

        test("threads and 100 coroutines that write to one pool, in transactions and without, lose no update") {
            withSqlite { _, pool ->
                val jdbc = pool.asJdbcPool()
                val threads = thread {
                    atOnce(WRITERS) {
                        repeat(EACH) { pool.connection.use { c -> c.transaction { readThenIncrement() } } }
                    }
                }
                coroutineScope {
                    repeat(WRITERS) { i ->
                        launch(Dispatchers.Default) {
                            repeat(EACH) {
                                if (i % 2 == 0) {
                                    jdbc.transaction {
                                        it.count()
                                        yield() // while holding the write lock
                                        it.readThenIncrement()
                                    }
                                } else {
                                    jdbc.withConnection { it.increment() }
                                }
                            }
                        }
                    }
                }
                threads.join()
                pool.count() shouldBe 2 * WRITERS * EACH
            }
        }

        for (mode in listOf("DEFERRED", "IMMEDIATE", "EXCLUSIVE")) {
            test("100 threads that write twice in $mode transactions lose no update and get no BUSY") {
                withSqlite({ properties = notDurable + ("transaction_mode" to mode) }) { _, pool ->
                    atOnce(WRITERS) {
                        pool.connection.use {
                            it.transaction {
                                increment()
                                increment()
                            }
                        }
                    }
                    pool.count() shouldBe WRITERS * 2
                }
            }
        }

        test("the URL can set how transactions begin, and the driver's own parameters in it apply") {
            SqliteFile().use { file ->
                val settings: JdbcSettings.() -> Unit = {
                    url = file.url + "?transaction_mode=DEFERRED&journal_mode=MEMORY&busy_timeout=1234"
                }
                JdbcPool("modes", settings).dataSource.use { pool ->
                    pool.createCounter()
                    pool.connection.use { reader ->
                        reader.autoCommit = false
                        reader.ask("pragma journal_mode") shouldBe "memory"
                        reader.ask("pragma busy_timeout") shouldBe "1234"
                        pool.connection.use { it.increment() } // nothing was read, so the transaction holds no lock
                    }
                }
            }
        }

        test("a file gets a WAL and a busy timeout of 5 s by default") {
            withSqlite { _, pool ->
                pool.connection.use {
                    it.ask("pragma journal_mode") shouldBe "wal"
                    it.ask("pragma busy_timeout") shouldBe "5000"
                }
            }
            withSqlite({ properties = mapOf("journal_mode" to "DELETE", "busy_timeout" to "7") }) { _, pool ->
                pool.connection.use {
                    it.ask("pragma journal_mode") shouldBe "delete"
                    it.ask("pragma busy_timeout") shouldBe "7"
                }
            }
        }

        test("without a WAL, readers and writers wait for each other instead of failing") {
            withSqlite({ properties = notDurable + ("journal_mode" to "DELETE") }) { _, pool ->
                atOnce(20) { i ->
                    repeat(EACH) {
                        pool.connection.use { c ->
                            if (i % 2 == 0) c.transaction { readThenIncrement() } else c.count() shouldNotBe -1
                        }
                    }
                }
                pool.count() shouldBe EACH * 10
            }
        }
    })
