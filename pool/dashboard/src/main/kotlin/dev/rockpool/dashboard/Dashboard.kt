package dev.rockpool.dashboard

import dev.rockpool.Pool
import dev.rockpool.PoolControl
import dev.rockpool.PoolManager
import dev.rockpool.dashboard.internal.web.DashboardServer
import java.net.URI
import java.util.function.Supplier

/**
 * A page that shows what pools do, and lets operators act: `Dashboard.start(pool) { token = secret }`.
 *
 * Nothing is started unless it is asked for. The server listens on 127.0.0.1, has no default token, and accepts
 * requests only for its own host names. [DashboardBuilder] has the settings, and [DashboardHandler] mounts the page in
 * another server. Thread-safe. Close it before its pools.
 */
public class Dashboard internal constructor(private val server: DashboardServer) : AutoCloseable {
    /** Where the page is, such as `http://127.0.0.1:40123/`. */
    public val address: URI = server.address()

    /** Stops the server, and resumes the pools that were paused through it. A second call does nothing. */
    override fun close(): Unit = server.close()

    override fun toString(): String = "dashboard at $address"

    public companion object {
        /**
         * Starts a dashboard for one pool.
         *
         * @throws dev.rockpool.InvalidConfigException naming everything that is wrong with the settings
         * @throws java.io.UncheckedIOException if the port is taken
         */
        @JvmSynthetic
        public fun start(pool: Pool<*>, settings: DashboardBuilder.() -> Unit = {}): Dashboard =
            builder(pool).apply(settings).start()

        /** The same for whatever has a control, such as a `JdbcPool`. */
        @JvmSynthetic
        public fun start(control: PoolControl, settings: DashboardBuilder.() -> Unit = {}): Dashboard =
            builder(control).apply(settings).start()

        /** The same for several pools. */
        @JvmSynthetic
        public fun start(controls: List<PoolControl>, settings: DashboardBuilder.() -> Unit = {}): Dashboard =
            builder(controls).apply(settings).start()

        /** The same for the pools that the manager has, now and later. */
        @JvmSynthetic
        public fun start(pools: PoolManager, settings: DashboardBuilder.() -> Unit = {}): Dashboard =
            builder(pools).apply(settings).start()

        /** A builder for one pool. */
        @JvmStatic public fun builder(pool: Pool<*>): DashboardBuilder = builder(pool.control)

        /** A builder for whatever has a control, such as a `RockpoolDataSource`. */
        @JvmStatic public fun builder(control: PoolControl): DashboardBuilder = builder(listOf(control))

        /** A builder for several pools. */
        @JvmStatic
        public fun builder(controls: List<PoolControl>): DashboardBuilder {
            val all = controls.toList()
            return DashboardBuilder { all }
        }

        /** A builder for the pools that the manager has, now and later. */
        @JvmStatic
        public fun builder(pools: PoolManager): DashboardBuilder =
            DashboardBuilder(Supplier { pools.names.sorted().mapNotNull(pools::control) })

        /** A random token of 256 bits, in 43 letters, digits, `-` and `_`. */
        @JvmStatic public fun newToken(): String = DashboardServer.newToken()
    }
}
