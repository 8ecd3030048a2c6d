package dev.rockpool.examples.frameworks

import java.sql.Connection
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.jetbrains.exposed.v1.core.DatabaseConfig
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.core.greaterEq
import org.jetbrains.exposed.v1.core.plus
import org.jetbrains.exposed.v1.jdbc.Database
import org.jetbrains.exposed.v1.jdbc.SchemaUtils
import org.jetbrains.exposed.v1.jdbc.batchInsert
import org.jetbrains.exposed.v1.jdbc.deleteAll
import org.jetbrains.exposed.v1.jdbc.deleteWhere
import org.jetbrains.exposed.v1.jdbc.insert
import org.jetbrains.exposed.v1.jdbc.selectAll
import org.jetbrains.exposed.v1.jdbc.transactions.suspendTransaction
import org.jetbrains.exposed.v1.jdbc.transactions.transaction
import org.jetbrains.exposed.v1.jdbc.update
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** JetBrains Exposed works on Rockpool, from threads and from coroutines. */
internal class ExposedTest : OnRockpool() {
    private object Accounts : Table("account") {
        val id = long("id").autoIncrement()
        val owner = text("owner").uniqueIndex()
        val balance = integer("balance").check { it greaterEq 0 }
        override val primaryKey = PrimaryKey(id)
    }

    // region exposed
    private val exposed = Database.connect(dataSource, databaseConfig = DatabaseConfig { useNestedTransactions = true })

    // endregion

    @BeforeAll
    fun create() {
        transaction(exposed) { SchemaUtils.create(Accounts) }
    }

    @BeforeEach
    fun twoAccounts() {
        transaction(exposed) {
            Accounts.deleteAll()
            add("ada", 100)
            add("bob", 100)
        }
    }

    private fun add(owner: String, balance: Int) {
        Accounts.insert {
            it[Accounts.owner] = owner
            it[Accounts.balance] = balance
        }
    }

    private fun pay(owner: String, amount: Int) {
        Accounts.update({ Accounts.owner eq owner }) { it[balance] = balance + amount }
    }

    private fun balances(): Map<String, Int> =
        transaction(exposed) { Accounts.selectAll().associate { it[Accounts.owner] to it[Accounts.balance] } }

    @Test
    fun rowsAreInsertedReadUpdatedAndDeleted() {
        transaction(exposed) {
            add("eve", 5)
            pay("eve", 2)
            Accounts.deleteWhere { owner eq "bob" }
        }
        assertEquals(mapOf("ada" to 100, "eve" to 7), balances())
    }

    @Test
    fun anExceptionRollsBack() {
        assertThrows(IllegalStateException::class.java) {
            transaction(exposed) {
                add("eve", 5)
                error("changed my mind")
            }
        }
        assertEquals(mapOf("ada" to 100, "bob" to 100), balances())
    }

    @Test
    fun aNestedTransactionIsASavepoint() {
        transaction(exposed) {
            add("outer", 1)
            assertThrows(IllegalStateException::class.java) {
                transaction(exposed) {
                    add("inner", 1)
                    error("only this")
                }
            }
            transaction(exposed) { add("second", 1) }
        }
        assertEquals(setOf("ada", "bob", "outer", "second"), balances().keys)
    }

    @Test
    fun anIsolationLevelAppliesOnlyToItsTransaction() {
        val inside =
            transaction(exposed, transactionIsolation = Connection.TRANSACTION_SERIALIZABLE) {
                exec("show transaction_isolation") {
                    it.next()
                    it.getString(1)
                }
            }
        assertEquals("serializable", inside)
        dataSource.connection.use { assertEquals(Connection.TRANSACTION_READ_COMMITTED, it.transactionIsolation) }
    }

    @Test
    fun aBatchIsWritten() {
        transaction(exposed) {
            Accounts.batchInsert(1..100) {
                this[Accounts.owner] = "batch $it"
                this[Accounts.balance] = it
            }
        }
        assertEquals(102, balances().size)
    }

    @Test
    fun coroutinesThatSuspendInTransactionsShareThePool() = runBlocking {
        (1..20)
            .map { i ->
                async(Dispatchers.IO) {
                    suspendTransaction(exposed) {
                        pay("ada", -1)
                        delay(1)
                        pay("bob", 1)
                        if (i % 2 == 0) rollback()
                    }
                }
            }
            .awaitAll()
        assertEquals(mapOf("ada" to 90, "bob" to 110), balances())
    }

    @Test
    fun aCoroutinesNestedTransactionIsASavepoint() = runBlocking {
        suspendTransaction(exposed) {
            add("outer", 1)
            runCatching {
                suspendTransaction(exposed) {
                    add("inner", 1)
                    error("only this")
                }
            }
        }
        assertEquals(setOf("ada", "bob", "outer"), balances().keys)
    }

    @Test
    fun moneyMovedByManyThreadsAddsUp() {
        onManyThreads {
            repeat(20) { i ->
                runCatching {
                    transaction(exposed) {
                        pay("ada", -1)
                        pay("bob", 1)
                        check(i % 4 == 0) { "not this one" }
                    }
                }
            }
        }
        assertEquals(mapOf("ada" to 100 - THREADS * 5, "bob" to 100 + THREADS * 5), balances())
    }
}
