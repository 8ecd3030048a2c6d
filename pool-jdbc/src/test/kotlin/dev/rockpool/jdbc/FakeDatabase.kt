package dev.rockpool.jdbc

import java.lang.reflect.InvocationHandler
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Proxy
import java.sql.CallableStatement
import java.sql.Connection
import java.sql.DatabaseMetaData
import java.sql.Driver
import java.sql.DriverManager
import java.sql.DriverPropertyInfo
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.SQLException
import java.sql.Statement
import java.util.Properties
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import java.util.logging.Logger

/** A call of the fake driver: on which object, what, with what. */
class Call(val on: FakeObject, val method: String, val arguments: List<Any?>) {
    override fun toString(): String = "${on.kind}.$method(${arguments.joinToString()})"
}

/**
 * A database that is not there: its driver records every call, keeps what is set, and behaves as [on] says.
 *
 * Calls that every proxy answers for itself (`toString`, `equals`, `hashCode`) are not recorded.
 */
class FakeDatabase {
    private val id = ids.incrementAndGet()
    private val behaviours = ConcurrentHashMap<String, (Call) -> Any?>()

    val url: String = "$SCHEME$id"
    val calls = CopyOnWriteArrayList<Call>()
    val connections = CopyOnWriteArrayList<FakeObject>()

    /** User and password of each connect. */
    val logins = CopyOnWriteArrayList<Pair<String?, String?>>()

    init {
        all[url] = this
    }

    /** What a method does, by names as `connection.commit` or `driver.connect`; [RECORD_ONLY] is what it does else. */
    fun on(method: String, behaviour: (Call) -> Any?) {
        behaviours[method] = behaviour
    }

    fun normal(method: String) {
        behaviours.remove(method)
    }

    /** The calls, without those that only ask whether an object is closed. */
    fun log(): List<String> = calls.map { it.toString() }

    fun forget() = calls.clear()

    fun open(): Int = connections.count { !it.closed }

    internal fun behave(call: Call, orElse: () -> Any?): Any? {
        calls += call
        val behaviour = behaviours["${call.on.kind}.${call.method}"] ?: return orElse()
        val answer = behaviour(call)
        return if (answer === RECORD_ONLY) orElse() else answer
    }

    internal fun connect(info: Properties): Connection? {
        logins += info.getProperty("user") to info.getProperty("password")
        val server = FakeObject(this, "driver", null, Driver::class.java)
        return behave(Call(server, "connect", listOf(info.getProperty("user")))) {
            val connection = FakeObject(this, "connection", null, Connection::class.java)
            connections += connection
            connection.proxy
        }
            as Connection?
    }

    companion object {
        const val SCHEME = "jdbc:fake:"
        val RECORD_ONLY = Any()
        private val ids = AtomicInteger()
        private val all = ConcurrentHashMap<String, FakeDatabase>()

        init {
            DriverManager.registerDriver(FakeDriver())
        }

        fun at(url: String): FakeDatabase? = all[url.substringBefore('?')]
    }
}

class FakeDriver : Driver {
    override fun connect(url: String, info: Properties): Connection? = FakeDatabase.at(url)?.connect(info)

    override fun acceptsURL(url: String): Boolean = url.startsWith(FakeDatabase.SCHEME)

    override fun getPropertyInfo(url: String, info: Properties): Array<DriverPropertyInfo> = emptyArray()

    override fun getMajorVersion(): Int = 1

    override fun getMinorVersion(): Int = 0

    override fun jdbcCompliant(): Boolean = false

    override fun getParentLogger(): Logger = Logger.getAnonymousLogger()
}

/** One object of the fake driver. Closing it closes what it made, as JDBC has it. */
class FakeObject(val database: FakeDatabase, val kind: String, private val parent: FakeObject?, type: Class<*>) :
    InvocationHandler {
    private val values = ConcurrentHashMap<String, Any>(if (kind == "connection") session else emptyMap())
    private val children = CopyOnWriteArrayList<FakeObject>()
    val proxy: Any = Proxy.newProxyInstance(javaClass.classLoader, arrayOf(type), this)

    @Volatile var closed = false

    override fun invoke(proxy: Any, method: Method, args: Array<Any?>?): Any? =
        when (method.name) {
            "toString" -> "fake $kind"
            "hashCode" -> System.identityHashCode(this)
            "equals" -> args?.get(0) === proxy
            "isClosed" -> closed
            else ->
                try {
                    val call = Call(this, method.name, args.orEmpty().toList())
                    database.behave(call) { answer(method, call) }
                } catch (e: InvocationTargetException) {
                    throw e.targetException
                }
        }

    private fun answer(method: Method, call: Call): Any? {
        if (method.name in endings) return closeAll()
        if (closed) throw SQLException("$kind is closed already: $call")
        val kindMade = made[method.returnType]
        return when {
            method.name in parents -> parent?.proxy
            kindMade != null -> FakeObject(database, kindMade, this, method.returnType).also { children += it }.proxy
            method.name == "unwrap" -> throw SQLException("wraps nothing")
            method.name in yes -> true
            method.name.startsWith("set") && method.returnType == Void.TYPE ->
                keep(method.name.removePrefix("set"), call)
            else -> values[method.name.removePrefix("get").removePrefix("is")] ?: nothing(method.returnType)
        }
    }

    /** What is set is the last argument; an executor may come before it. */
    private fun keep(name: String, call: Call): Any? {
        val value = call.arguments.lastOrNull()
        if (value == null) values.remove(name) else values[name] = value
        return null
    }

    private fun closeAll() {
        closed = true
        children.forEach { it.closeAll() }
    }

    private companion object {
        val endings = setOf("close", "abort")
        val parents = setOf("getConnection", "getStatement")
        val yes = setOf("isValid", "next")
        val session: Map<String, Any> =
            mapOf(
                "AutoCommit" to true,
                "ReadOnly" to false,
                "TransactionIsolation" to Connection.TRANSACTION_READ_COMMITTED,
                "Catalog" to "home",
                "Schema" to "public",
                "NetworkTimeout" to 0,
                "Holdability" to ResultSet.HOLD_CURSORS_OVER_COMMIT,
                "TypeMap" to HashMap<String, Class<*>>(),
                "ClientInfo" to Properties(),
            )
        val made: Map<Class<*>, String> =
            mapOf(
                Statement::class.java to "statement",
                PreparedStatement::class.java to "statement",
                CallableStatement::class.java to "statement",
                ResultSet::class.java to "results",
                DatabaseMetaData::class.java to "metadata",
            )

        fun nothing(type: Class<*>): Any? =
            when (type) {
                Boolean::class.javaPrimitiveType -> false
                Int::class.javaPrimitiveType -> 0
                Long::class.javaPrimitiveType -> 0L
                else -> null
            }
    }
}
