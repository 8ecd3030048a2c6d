package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.lang.reflect.Method
import java.sql.CallableStatement
import java.sql.Connection
import java.sql.DatabaseMetaData
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.SQLException
import java.sql.Statement

/** A JDBC interface: the fake driver's name for its objects, and how a user gets one. */
private class Kind(val api: Class<*>, val driverName: String, val get: (Connection) -> Any) {
    /** Methods that need not reach the driver, because the pool answers them or implements them itself. */
    private val own =
        setOf("close", "isClosed", "abort", "unwrap", "isWrapperFor", "getConnection", "getStatement") + more

    fun forwards(): List<Method> =
        everyMethodOf(api).filterNot { it.name in own || it.name in later }.sortedBy { it.toGenericString() }

    companion object {
        private val more = setOf("beginRequest", "endRequest", "closeOnCompletion", "isCloseOnCompletion")

        /** Default methods that later JDKs added. */
        private val later = setOf("enquoteLiteral", "enquoteIdentifier", "enquoteNCharLiteral", "isSimpleIdentifier")
    }
}

class EveryMethodLaws :
    FunSpec({
        val kinds =
            listOf(
                Kind(Connection::class.java, "connection") { it },
                Kind(Statement::class.java, "statement") { it.createStatement() },
                Kind(PreparedStatement::class.java, "statement") { it.prepareStatement("q") },
                Kind(CallableStatement::class.java, "statement") { it.prepareCall("q") },
                Kind(ResultSet::class.java, "results") { it.createStatement().executeQuery("q") },
                Kind(DatabaseMetaData::class.java, "metadata") { it.metaData },
            )

        for (kind in kinds) {
            test("every method of ${kind.api.simpleName} reaches the driver with its arguments") {
                val forwards = kind.forwards()
                forwards.size shouldBeGreaterThan 20
                withFake { database, pool -> forwards.mapNotNull { kind.misses(it, database, pool) }.shouldBeEmpty() }
            }

            for (thrown in listOf(SQLException("of the driver", "42000"), IllegalStateException("of the driver"))) {
                test("${thrown.javaClass.simpleName} of the driver from ${kind.api.simpleName} is thrown unchanged") {
                    withFake { database, pool ->
                        kind.forwards().mapNotNull { kind.hides(it, thrown, database, pool) }.shouldBeEmpty()
                    }
                }
            }
        }
    })

/** The problem with the forward of this method, or null. */
private fun Kind.misses(method: Method, database: FakeDatabase, pool: RockpoolDataSource): String? {
    database.answers(method, driverName)
    try {
        pool.connection.use { connection ->
            val handle = get(connection)
            database.forget()
            method.call(handle)
            val reached = database.calls.any { it.method == method.name && it.arguments.size == method.parameterCount }
            return if (reached) null else "$method: the driver saw ${database.log()}"
        }
    } finally {
        database.normal("$driverName.${method.name}")
    }
}

/** The problem with this method when the driver throws, or null. */
private fun Kind.hides(method: Method, thrown: Exception, database: FakeDatabase, pool: RockpoolDataSource): String? {
    if (SQLException::class.java !in method.exceptionTypes) return null
    pool.connection.use { connection ->
        val handle = get(connection)
        database.on("$driverName.${method.name}") { throw thrown }
        try {
            method.call(handle)
            return "$method: nothing was thrown"
        } catch (e: Exception) {
            return if (e === thrown) null else "$method: threw $e"
        } finally {
            database.normal("$driverName.${method.name}")
        }
    }
}

/** Result types for which the fake driver has no value. */
private fun FakeDatabase.answers(method: Method, driverName: String) {
    val answer: Any =
        when (method.returnType) {
            Short::class.javaPrimitiveType -> 0.toShort()
            Byte::class.javaPrimitiveType -> 0.toByte()
            Float::class.javaPrimitiveType -> 0f
            Double::class.javaPrimitiveType -> 0.0
            String::class.java -> if (method.name == "getClientInfo") "a value" else return
            else -> return
        }
    on("$driverName.${method.name}") { answer }
}
