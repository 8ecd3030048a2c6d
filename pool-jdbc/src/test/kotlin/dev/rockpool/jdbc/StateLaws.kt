package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.ResultSet
import java.sql.SQLException
import java.util.Properties

class StateLaws :
    FunSpec({
        test("8 what a user changed is restored for the next user") {
            withFake { _, pool ->
                pool.connection.use {
                    it.autoCommit = false
                    it.isReadOnly = true
                    it.transactionIsolation = 4096
                    it.holdability = ResultSet.CLOSE_CURSORS_AT_COMMIT
                    it.setNetworkTimeout(Runnable::run, 1234)
                    it.typeMap = mapOf("x" to String::class.java)
                    it.clientInfo = Properties().apply { setProperty("ApplicationName", "other") }
                }
                pool.connection.use {
                    it.autoCommit shouldBe true
                    it.isReadOnly shouldBe false
                    it.transactionIsolation shouldBe Connection.TRANSACTION_READ_COMMITTED
                    it.holdability shouldBe ResultSet.HOLD_CURSORS_OVER_COMMIT
                    it.networkTimeout shouldBe 0
                    it.typeMap.size shouldBe 0
                    it.clientInfo.size shouldBe 0
                }
            }
        }

        test("8 configured settings are restored") {
            val own: JdbcSettings.() -> Unit = {
                autoCommit = false
                readOnly = true
                transactionIsolation = 4096
            }
            withFake(own) { _, pool ->
                pool.connection.use {
                    it.autoCommit = true
                    it.isReadOnly = false
                    it.transactionIsolation = Connection.TRANSACTION_SERIALIZABLE
                }
                pool.connection.use {
                    it.autoCommit shouldBe false
                    it.isReadOnly shouldBe true
                    it.transactionIsolation shouldBe 4096
                }
            }
        }

        test("9 catalog and schema are restored, although the pool did not configure them") {
            withFake { _, pool ->
                pool.connection.use {
                    it.catalog = "theirs"
                    it.schema = "their"
                }
                pool.connection.use {
                    it.catalog shouldBe "home"
                    it.schema shouldBe "public"
                }
            }
        }

        test("9 with autoCommit off by configuration, restoring the schema is committed") {
            withFake({ autoCommit = false }) { database, pool ->
                val connection = pool.connection
                connection.schema = "their"
                database.forget()
                connection.close()
                database.log() shouldContainExactly
                    listOf(
                        "connection.rollback()",
                        "connection.setSchema(public)",
                        "connection.commit()",
                        "connection.clearWarnings()",
                    )
            }
        }

        test("only what differs is restored") {
            withFake { database, pool ->
                val connection = pool.connection
                connection.autoCommit = false
                connection.commit()
                connection.autoCommit = true
                database.forget()
                connection.close()
                database.log() shouldContainExactly listOf("connection.clearWarnings()")
            }
        }

        val work =
            mapOf<String, (Connection) -> Unit>(
                "a statement" to { it.touch() },
                "a prepared statement" to { c -> c.prepareStatement("x").use { it.executeUpdate() } },
                "a batch" to { c -> c.prepareStatement("x").use { it.executeBatch() } },
                "an updated result set" to
                    { c ->
                        c.createStatement().use { s ->
                            val results = s.executeQuery("x")
                            c.commit()
                            results.updateRow()
                        }
                    },
                "a question to the metadata" to { it.metaData.getTables(null, null, null, null).close() },
                "a savepoint" to { it.setSavepoint() },
                "isValid" to { it.isValid(1) },
                "a savepoint that was rolled back to" to
                    {
                        it.touch()
                        it.rollback(it.setSavepoint())
                    },
                "setReadOnly inside the transaction" to
                    {
                        it.touch()
                        it.isReadOnly = true
                    },
                "the driver's own connection in the user's hands" to { runCatching { it.unwrap(String::class.java) } },
            )
        for ((what, run) in work) {
            test("10 and 11: $what with autoCommit off is rolled back exactly once at close") {
                withFake { database, pool ->
                    val connection = pool.connection
                    connection.autoCommit = false
                    run(connection)
                    database.forget()
                    connection.close()
                    database.log().count { it == "connection.rollback()" } shouldBe 1
                    database.log().first() shouldBe "connection.rollback()"
                }
            }
        }

        val rest =
            mapOf<String, (Connection) -> Unit>(
                "nothing" to {},
                "a commit last" to
                    {
                        it.touch()
                        it.commit()
                    },
                "a rollback last" to
                    {
                        it.touch()
                        it.rollback()
                    },
                "autoCommit switched on, which commits," to
                    {
                        it.touch()
                        it.autoCommit = true
                        it.autoCommit = false
                    },
            )
        for ((what, run) in rest) {
            test("10 after $what there is no rollback at close") {
                withFake { database, pool ->
                    val connection = pool.connection
                    connection.autoCommit = false
                    run(connection)
                    database.forget()
                    connection.close()
                    database.log() shouldContainExactly
                        listOf("connection.setAutoCommit(true)", "connection.clearWarnings()")
                }
            }
        }

        test("12 rollback comes before everything that is restored") {
            withFake { database, pool ->
                val connection = pool.connection
                connection.autoCommit = false
                connection.transactionIsolation = 8
                connection.touch()
                connection.createStatement()
                database.forget()
                connection.close()
                database.log() shouldContainExactly
                    listOf(
                        "statement.close()",
                        "connection.rollback()",
                        "connection.setAutoCommit(true)",
                        "connection.setTransactionIsolation(2)",
                        "connection.clearWarnings()",
                    )
            }
        }

        for (failing in listOf("rollback", "setAutoCommit", "setSchema", "clearWarnings")) {
            for (error in listOf(SQLException("no"), IllegalStateException("no"), AbstractMethodError("no"))) {
                if (failing == "clearWarnings" && error is AbstractMethodError) continue // see OldDriverLaws
                test(
                    "13 a $failing that fails with ${error.javaClass.simpleName} discards the connection, and close frees the slot"
                ) {
                    withFake { database, pool ->
                        val connection = pool.connection
                        connection.autoCommit = false
                        connection.schema = "their"
                        connection.touch()
                        database.on("connection.$failing") { throw error }
                        connection.close()
                        database.normal("connection.$failing")
                        pool.connection.use { it.touch() }
                        database.connections.size shouldBe 2
                        database.connections[0].closed shouldBe true
                    }
                }
            }
        }

        test("14 warnings are cleared on return, if anything ran") {
            withFake { database, pool ->
                pool.connection.use { it.touch() }
                database.log().last() shouldBe "connection.clearWarnings()"
            }
        }

        test("15 a getter after its setter answers from memory, one before asks the driver") {
            withFake { database, pool ->
                pool.connection.use {
                    it.schema shouldBe "public"
                    it.schema = "their"
                    database.forget()
                    it.schema shouldBe "their"
                    database.log().shouldBeEmpty()
                    it.catalog shouldBe "home"
                    database.log() shouldContainExactly listOf("connection.getCatalog()")
                }
            }
        }

        test("16 a clean borrow and return makes no driver call") {
            withFake { database, pool ->
                repeat(10) { pool.connection.close() }
                database.log().shouldBeEmpty()
            }
        }

        test("a connection whose change cannot be restored is not lent again") {
            withFake { database, pool ->
                database.on("connection.getSchema") { throw java.sql.SQLFeatureNotSupportedException() }
                pool.connection.use { it.schema = "their" }
                pool.connection.close()
                database.connections.size shouldBe 2
            }
        }
    })
