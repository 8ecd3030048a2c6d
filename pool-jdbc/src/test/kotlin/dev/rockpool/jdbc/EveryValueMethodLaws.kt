package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.lang.reflect.Method
import java.lang.reflect.Proxy
import java.sql.Array
import java.sql.Blob
import java.sql.Clob
import java.sql.Connection
import java.sql.NClob
import java.sql.ParameterMetaData
import java.sql.Ref
import java.sql.ResultSetMetaData
import java.sql.SQLException
import java.sql.SQLXML
import java.sql.Struct
import java.util.concurrent.atomic.AtomicInteger

/** A JDBC interface for values: the call that returns one, and how a user gets it. */
private class Value(val api: Class<*>, val source: String, val get: (Connection) -> Any) {
    val methods: List<Method> =
        everyMethodOf(api).filterNot { it.name in setOf("unwrap", "isWrapperFor") }.sortedBy { it.toGenericString() }
}

private val values =
    listOf(
        Value(Blob::class.java, "connection.createBlob") { it.createBlob() },
        Value(Clob::class.java, "connection.createClob") { it.createClob() },
        Value(NClob::class.java, "connection.createNClob") { it.createNClob() },
        Value(SQLXML::class.java, "connection.createSQLXML") { it.createSQLXML() },
        Value(Array::class.java, "connection.createArrayOf") { it.createArrayOf("int", arrayOf(1)) },
        Value(Struct::class.java, "connection.createStruct") { it.createStruct("pair", arrayOf(1)) },
        Value(Ref::class.java, "results.getRef") { it.createStatement().executeQuery("q").getRef(1) },
        Value(ResultSetMetaData::class.java, "results.getMetaData") { it.createStatement().executeQuery("q").metaData },
        Value(ParameterMetaData::class.java, "statement.getParameterMetaData") {
            it.prepareStatement("q").parameterMetaData
        },
    )

class EveryValueMethodLaws :
    FunSpec({
        for (value in values) {
            test("every method of ${value.api.simpleName} reaches the driver, but not after the lease has ended") {
                value.methods.size shouldBeGreaterThan 2
                value.methods.mapNotNull(value::wrong).shouldBeEmpty()
            }

            test("exceptions of the driver from ${value.api.simpleName} are thrown unchanged") {
                val thrown = listOf(SQLException("of the driver", "42000"), IllegalStateException("of the driver"))
                thrown.flatMap { e -> value.methods.mapNotNull { value.hides(it, e) } }.shouldBeEmpty()
            }
        }
    })

/** The problem with the forward of this method, or null. */
private fun Value.wrong(method: Method): String? {
    val reached = AtomicInteger()
    var found: String? = null
    withFake { database, pool ->
        database.on(source) { recording(method, reached) }
        val handle =
            pool.connection.use { connection ->
                get(connection).also { handle ->
                    method.call(handle)
                    if (reached.get() != 1) found = "$method: the driver was called ${reached.get()} times"
                }
            }
        try {
            method.call(handle)
        } catch (_: SQLException) {
            // it says that the lease has ended
        }
        if (reached.get() > 1) found = "$method: the driver was called after the lease had ended"
    }
    return found
}

/** The problem with this method when the driver throws, or null. */
private fun Value.hides(method: Method, thrown: Exception): String? {
    if (SQLException::class.java !in method.exceptionTypes) return null
    var found: String? = "$method: nothing was thrown"
    withFake { database, pool ->
        database.on(source) {
            Proxy.newProxyInstance(api.classLoader, arrayOf(api)) { _, called, _ ->
                if (SQLException::class.java in called.exceptionTypes) throw thrown
                null
            }
        }
        pool.connection.use {
            try {
                method.call(get(it))
            } catch (e: Exception) {
                found = if (e === thrown) null else "$method: threw $e"
            }
        }
    }
    return found
}

private fun Value.recording(wanted: Method, calls: AtomicInteger): Any =
    Proxy.newProxyInstance(api.classLoader, arrayOf(api)) { _, method, _ ->
        if (method.name == wanted.name && method.parameterTypes.contentEquals(wanted.parameterTypes)) {
            calls.incrementAndGet()
        }
        when (method.returnType) {
            Boolean::class.javaPrimitiveType -> false
            Int::class.javaPrimitiveType -> 0
            Long::class.javaPrimitiveType -> 0L
            else -> null
        }
    }
