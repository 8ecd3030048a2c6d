package dev.rockpool.testing.chaos

import dev.rockpool.testing.EmbeddedDatabase
import java.sql.Connection
import java.util.concurrent.atomic.AtomicLong
import kotlin.random.Random

/**
 * Accounts, and a ledger of transfers between them. Each transfer happens as a whole or not at all, whatever goes
 * wrong, so the money adds up. Every transfer whose commit was confirmed is in the ledger.
 */
internal class Bank(private val database: EmbeddedDatabase) {
    private val numbers = AtomicLong()

    fun open() {
        asSuperuser { connection ->
            connection.createStatement().use {
                it.execute("drop table if exists accounts, ledger")
                it.execute("create table accounts (id int primary key, balance bigint not null)")
                it.execute("create table ledger (id bigint primary key)")
                it.execute("insert into accounts select id, $OPENING_BALANCE from generate_series(1, $ACCOUNTS) id")
                it.execute("grant all on accounts, ledger to ${database.user()}")
            }
        }
    }

    /** Draws the next transfer, between two random accounts. */
    fun draw(random: Random): Transfer {
        val one = 1 + random.nextInt(ACCOUNTS)
        val other = 1 + (one + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS
        // Lower id first, so that two transfers between the same accounts never deadlock.
        return Transfer(numbers.incrementAndGet(), minOf(one, other), maxOf(one, other), random.nextInt(-100, 101))
    }

    fun moneyAddsUp(): ChaosCheck {
        val expected = ACCOUNTS.toLong() * OPENING_BALANCE
        val sum = ask("select sum(balance) from accounts")
        return ChaosCheck("the money adds up", sum == expected, "$sum, expected $expected")
    }

    /**
     * @param committed transfers whose commit was confirmed
     * @param inDoubt transfers whose commit failed or was not confirmed
     */
    fun nothingWasLostOrDoubled(committed: Long, inDoubt: Long): ChaosCheck {
        val written = ask("select count(*) from ledger")
        return ChaosCheck(
            "each committed transfer is in the ledger once",
            written in committed..committed + inDoubt,
            "$written in the ledger, $committed committed, $inDoubt in doubt",
        )
    }

    private fun ask(sql: String): Long = asSuperuser { connection ->
        connection.createStatement().use { statement ->
            statement.executeQuery(sql).use {
                it.next()
                it.getLong(1)
            }
        }
    }

    private fun <R> asSuperuser(work: (Connection) -> R): R = database.connect().use(work)

    private companion object {
        const val ACCOUNTS = 1_000
        const val OPENING_BALANCE = 1_000
    }
}

/** A transfer from one account to another, in two steps. Its caller may suspend between them. */
internal class Transfer(private val number: Long, private val from: Int, private val to: Int, private val amount: Int) {
    fun begin(connection: Connection) {
        connection.autoCommit = false
        move(connection, from, -amount)
    }

    /** Does everything but the commit. */
    fun finish(connection: Connection) {
        move(connection, to, amount)
        connection.prepareStatement("insert into ledger values (?)").use {
            it.setLong(1, number)
            it.executeUpdate()
        }
    }

    private fun move(connection: Connection, account: Int, amount: Int) {
        connection.prepareStatement("update accounts set balance = balance + ? where id = ?").use {
            it.setInt(1, amount)
            it.setInt(2, account)
            check(it.executeUpdate() == 1) { "account $account is missing" }
        }
    }
}
