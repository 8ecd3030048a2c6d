package dev.rockpool.dashboard

import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolControl
import dev.rockpool.dashboard.internal.access.HostNames
import dev.rockpool.dashboard.internal.access.Tokens
import dev.rockpool.dashboard.internal.web.DashboardServer
import dev.rockpool.dashboard.internal.web.Options
import dev.rockpool.dashboard.internal.web.Router
import dev.rockpool.monitor.PoolMonitor
import java.net.InetAddress
import java.net.UnknownHostException
import java.util.function.Supplier
import javax.net.ssl.SSLContext

/**
 * The settings of a [Dashboard]. Kotlin sets the properties in a lambda, and Java calls the functions of the same
 * names. Not thread-safe.
 */
public class DashboardBuilder internal constructor(private val pools: Supplier<List<PoolControl>>) {
    /**
     * Lets its owner view and operate. At least 16 printable ASCII characters; see [Dashboard.newToken]. Default null:
     * nobody can operate. Appears in no message or log.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var token: String? = null

    /**
     * Lets its owner view, but not operate. Default null. Without both tokens, everybody who can connect may view; then
     * [address] must be a loopback address.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var viewToken: String? = null

    /** The local address to listen on. Any but a loopback address needs a token and [tls]. Default `127.0.0.1`. */
    @get:JvmSynthetic @set:JvmSynthetic public var address: String = LOOPBACK

    /** The port to listen on. 0 to 65,535. Default 0: any free port, see [Dashboard.address]. */
    @get:JvmSynthetic @set:JvmSynthetic public var port: Int = 0

    /** Serves HTTPS with this context. Default null: plain HTTP. */
    @get:JvmSynthetic @set:JvmSynthetic public var tls: SSLContext? = null

    /**
     * Host names, without port, by which browsers reach the page, beside [address] and those of the loopback. Requests
     * for other names are refused, so that no foreign page can reach it by a name of its own. Default empty.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var hosts: Set<String> = emptySet()

    /** Whether running statements are shown. Their literals are masked. Default false. */
    @get:JvmSynthetic @set:JvmSynthetic public var showSql: Boolean = false

    /**
     * Monitors of the application, whose alerts are shown for the pools of the same names. They are not closed. Any
     * other pool gets a monitor with the built-in rules. Default empty.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var monitors: List<PoolMonitor> = emptyList()

    public fun token(value: String?): DashboardBuilder = apply { token = value }

    public fun viewToken(value: String?): DashboardBuilder = apply { viewToken = value }

    public fun address(value: String): DashboardBuilder = apply { address = value }

    public fun port(value: Int): DashboardBuilder = apply { port = value }

    public fun tls(value: SSLContext?): DashboardBuilder = apply { tls = value }

    public fun hosts(value: Set<String>): DashboardBuilder = apply { hosts = value }

    public fun showSql(value: Boolean): DashboardBuilder = apply { showSql = value }

    public fun monitors(value: List<PoolMonitor>): DashboardBuilder = apply { monitors = value }

    /**
     * Starts a server.
     *
     * @throws InvalidConfigException naming everything that is wrong
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public fun start(): Dashboard {
        refuse(problems() + problemsOfAddress())
        val local = InetAddress.getByName(address)
        return Dashboard(DashboardServer.start(Router(pools, options(setOf(address))), local, port, tls))
    }

    /**
     * A handler to mount in another server, without a server of its own. [address], [port] and [tls] are not used. The
     * page is as reachable as the other server, so it needs a token. Set [hosts] to the names of that server.
     *
     * @throws InvalidConfigException naming everything that is wrong
     */
    public fun handler(): DashboardHandler {
        val open = if (hasToken()) emptyList() else listOf("token is null but a mounted page needs token or viewToken")
        refuse(problems() + open)
        return Router(pools, options(emptySet()))
    }

    private fun options(own: Set<String>) =
        Options(Tokens(token, viewToken), HostNames.of(own + hosts), showSql, monitors)

    private fun hasToken() = token != null || viewToken != null

    private fun problems(): List<String> = buildList {
        addAll(Tokens.problems("token", token))
        addAll(Tokens.problems("viewToken", viewToken))
        if (token != null && token == viewToken) add("viewToken equals token but must differ from it")
        addAll(HostNames.problems(hosts))
    }

    private fun problemsOfAddress(): List<String> = buildList {
        if (port !in 0..LARGEST_PORT) add("port is $port but must be 0 to $LARGEST_PORT")
        val local = resolved()
        if (local == null) {
            add("address is '$address' but must be a local address such as $LOOPBACK")
        } else if (!local.isLoopbackAddress) {
            if (!hasToken() || tls == null)
                add(
                    "address is '$address' but must be a loopback address such as $LOOPBACK, unless token and tls are set"
                )
            if (local.isAnyLocalAddress && hosts.isEmpty())
                add("hosts is empty but must name the host by which browsers reach '$address'")
        }
    }

    private fun resolved(): InetAddress? =
        try {
            if (address.isBlank()) null else InetAddress.getByName(address)
        } catch (_: UnknownHostException) {
            null
        }

    private fun refuse(problems: List<String>) {
        if (problems.isNotEmpty()) throw Misconfigured(problems)
    }

    private class Misconfigured(problems: List<String>) :
        InvalidConfigException("dashboard", problems, "the dashboard is misconfigured: ${problems.joinToString("; ")}")

    private companion object {
        private const val LOOPBACK = "127.0.0.1"
        private const val LARGEST_PORT = 65_535
    }
}
