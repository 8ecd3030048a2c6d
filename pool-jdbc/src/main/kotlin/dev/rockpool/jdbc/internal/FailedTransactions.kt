package dev.rockpool.jdbc.internal

import java.lang.invoke.MethodHandle
import java.lang.invoke.MethodHandles
import java.sql.Connection

/**
 * Whether PostgreSQL has given up the open transaction of a connection: after a statement that failed it keeps nothing
 * of it. A commit is a rollback then, and the driver reports it as done (pgjdbc 1697, 1746), so it is the driver that
 * is asked before the commit. It knows without a call of the server. Not found through a driver that wraps
 * PostgreSQL's.
 */
internal object FailedTransactions {
    private const val DRIVER = "org.postgresql.jdbc.PgConnection"
    private const val FAILED = "FAILED"

    private val ask =
        object : ClassValue<MethodHandle?>() {
            override fun computeValue(type: Class<*>): MethodHandle? =
                if (type.name == DRIVER)
                    runCatching { MethodHandles.publicLookup().unreflect(type.getMethod("getTransactionState")) }
                        .getOrNull()
                else null
        }

    fun isOne(connection: Connection): Boolean {
        val driver = if (connection is PooledConnection) connection.delegate() else connection
        val state = ask.get(driver.javaClass)?.invokeWithArguments(driver) ?: return false
        return state.toString() == FAILED
    }
}
