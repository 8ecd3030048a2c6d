package dev.rockpool.jdbc.internal.errors

import java.sql.Connection
import java.util.Locale

/**
 * What is particular to the databases of one vendor: how they are recognised, and what their errors mean. Data only.
 *
 * @property names what the JDBC URLs and the drivers' packages are called
 * @property fatal errors after which a connection is of no use, beside those of the standard
 * @property hopeless errors of a connect that another try will not mend, beside those of the standard
 * @property full errors of a connect that say that the server works, and has no place for one more
 * @property passing errors of a statement that say "not now" or "not on this server", beside those of the standard
 * @property probe a query that any of its databases answers at once
 */
internal enum class Vendor(
    private val names: Set<String>,
    val fatal: ErrorCodes = ErrorCodes(),
    val hopeless: ErrorCodes = ErrorCodes(),
    val full: ErrorCodes = ErrorCodes(),
    val passing: ErrorCodes = ErrorCodes(),
    val probe: String = "select 1",
) {
    POSTGRESQL(
        setOf("postgresql", "pgsql", "redshift"),
        fatal =
            ErrorCodes(
                states =
                    setOf(
                        "57P04", // the database was dropped
                        "57P05", // idle_session_timeout
                        "25P03", // idle_in_transaction_session_timeout
                        "25P04", // transaction_timeout
                    ),
                codes = setOf(500150), // Redshift's driver: a communication error
            ),
        full = ErrorCodes(states = setOf("53300")), // of the server, the database or the role
    ),
    MYSQL(
        setOf("mysql", "mariadb"),
        fatal =
            ErrorCodes(
                codes =
                    // out of memory, too many connections, out of resources, bad host, handshake, unknown command
                    setOf(1037, 1040, 1041, 1042, 1043, 1047) +
                        setOf(1053, 1077, 1078, 1079, 1080, 1081) + // shut down, forced to close, no socket
                        1105 + // what proxies answer when the server behind them is lost
                        setOf(1129, 1130) + // host blocked, host not allowed
                        // aborted; the packet was too large, and the server hangs up; network errors
                        (1152..1161) +
                        setOf(1184, 1189, 1190, 2006, 2013) + // the same, gone away, lost during a query
                        setOf(1927, 3169, 4031) // the session was killed (twice), inactive for wait_timeout
            ),
        // no access to the database, wrong password, unknown database, host not allowed, password expired (twice),
        // account locked
        hopeless = ErrorCodes(codes = setOf(1044, 1045, 1049, 1130, 1820, 1862, 3118)),
        full = ErrorCodes(codes = setOf(1040, 1203, 1226)), // of the server, of the user (twice)
        // a lock was not had in time, deadlock, read-only (three times), interrupted, took too long
        passing = ErrorCodes(codes = setOf(1205, 1213, 1290, 1792, 1836, 1317, 3024)),
    ),
    ORACLE(
        setOf("oracle"),
        fatal =
            ErrorCodes(
                // killed (28, 31), internal error, not logged on, being started or shut down, idle or connect time
                // exceeded (2396, 2399), protocol errors, end of file, not connected, lost contact
                codes =
                    setOf(28, 31, 600, 1012, 1014, 1033, 1034, 1035, 1041, 1089, 1090, 1092, 1094) +
                        setOf(2396, 2399, 3106, 3111, 3113, 3114, 3135, 3136) +
                        // the driver's: I/O error, closed connection, no more data, protocol state
                        setOf(17002, 17008, 17401, 17409, 17410, 17447),
                ranges = listOf(12100..12299, 12500..12699), // network
            ),
        // no or wrong password, no right to log in, unknown SID or alias, account locked, password expired
        hopeless = ErrorCodes(codes = setOf(1005, 1017, 1045, 12154, 12505, 28000, 28001)),
        // sessions, processes, sessions of the user; the listener has no handler left (three times)
        full = ErrorCodes(codes = setOf(18, 20, 2391, 12516, 12519, 12520)),
        // in use, deadlock, cancelled, a lock was not had in time, read-only
        passing = ErrorCodes(codes = setOf(54, 60, 1013, 4021, 16000)),
        probe = "select 1 from dual",
    ),
    SQL_SERVER(
        setOf("sqlserver", "jtds"),
        // no process at the other end, being killed, shutdown, network; Azure: failover, not available
        fatal = ErrorCodes(codes = setOf(233, 596, 6005, 6006, 10053, 10054, 10060, 17142, 40197, 40613)),
        // unknown database, login failed, disabled, locked, password expired or to be changed
        hopeless = ErrorCodes(codes = setOf(4060, 18452, 18456, 18470, 18486, 18487, 18488)),
        full = ErrorCodes(codes = setOf(17809, 10928, 10929, 10936)), // user connections; Azure: sessions, workers
        passing = ErrorCodes(codes = setOf(1204, 1205, 1222, 3906)), // no locks, deadlock, lock timeout, read-only
    ),
    H2(
        setOf("h2"),
        // I/O error (twice), file corrupt, connection broken, database closed (twice)
        fatal = ErrorCodes(codes = setOf(90028, 90030, 90031, 90067, 90098, 90121)),
        // a relative path, an unusable URL, no such database (three times), an unknown setting
        hopeless = ErrorCodes(codes = setOf(90011, 90013, 90046, 90113, 90146, 90149)),
        passing = ErrorCodes(codes = setOf(50200, 90131)), // a lock was not had in time, changed by another one
    ),
    DERBY(
        setOf("derby"),
        fatal = ErrorCodes(codes = setOf(40000, 45000, 50000)), // severities: session, database, system
        hopeless = ErrorCodes(states = setOf("XJ004", "XJ028", "XJ040", "XJ041")), // no such database, bad URL, boot
        probe = "values 1",
    ),
    SQLITE(
        setOf("sqlite"),
        fatal = ErrorCodes(codes = setOf(10, 11, 14, 26)), // I/O error, corrupt, cannot be opened, not a database
        hopeless = ErrorCodes(codes = setOf(3, 11, 14, 23, 26)), // not allowed, corrupt, the like
        passing = ErrorCodes(codes = setOf(5, 6, 9, 13)), // busy, locked, interrupted, the disk is full
    ),
    DB2(
        setOf("db2"),
        fatal = ErrorCodes(codes = setOf(1224, 4470, 4499, 30081)), // ended by an administrator, closed, lost, network
        full = ErrorCodes(codes = setOf(1040, 1226)), // applications of the database, of the server
        probe = "values 1",
    ),
    SYBASE(setOf("sybase"), fatal = ErrorCodes(states = setOf("JZ006"))), // an I/O error
    HSQLDB(setOf("hsqldb"), probe = "select 1 from information_schema.system_users"),
    FIREBIRD(setOf("firebirdsql", "firebird"), probe = "select 1 from rdb\$database"),

    /** One that is not known: what is fatal for nearly everybody who uses that code. */
    OTHER(emptySet(), fatal = ErrorCodes(codes = setOf(1105, 2399, 500150)));

    /** Whether a class of a driver is this vendor's, by its package. */
    fun isOf(type: Class<*>): Boolean {
        val packages = type.name.lowercase(Locale.ROOT).split('.')
        return names.any { it in packages }
    }

    companion object {
        private const val PARTS = 4

        /** By the URL: the first of its parts that is known, for some drivers wrap another one (`jdbc:otel:mysql:`). */
        fun ofUrl(url: String): Vendor? =
            url.substringBefore("//").split(':').drop(1).take(PARTS).firstNotNullOfOrNull { part ->
                entries.find { vendor -> part.lowercase(Locale.ROOT) in vendor.names }
            }

        /**
         * By the driver's class, or by what the database calls itself. [OTHER] when neither is known. May ask the
         * driver, so it is asked once per pool.
         */
        fun of(connection: Connection): Vendor =
            entries.find { it.isOf(connection.javaClass) } ?: ofProduct(connection) ?: OTHER

        private fun ofProduct(connection: Connection): Vendor? =
            try {
                val product: String? = connection.metaData?.databaseProductName
                val words = product?.lowercase(Locale.ROOT)?.replace("sql server", "sqlserver").orEmpty()
                entries.find { vendor -> words.split(' ', '/').any { it in vendor.names } }
            } catch (_: Exception) { // then it is not known
                null
            }
    }
}

/** A set of errors, by their SQLStates and their vendor's codes; some drivers give the codes a minus. */
internal class ErrorCodes(
    private val states: Set<String> = emptySet(),
    private val codes: Set<Int> = emptySet(),
    private val ranges: List<IntRange> = emptyList(),
) {
    fun has(state: String?, code: Int): Boolean {
        val positive = if (code < 0) -code else code
        return state in states || positive in codes || ranges.any { positive in it }
    }
}
