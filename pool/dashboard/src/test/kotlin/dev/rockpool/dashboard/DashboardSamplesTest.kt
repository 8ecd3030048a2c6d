package dev.rockpool.dashboard

import dev.rockpool.Pool
import dev.rockpool.PoolManager
import dev.rockpool.testing.ScriptedFactory
import java.net.HttpURLConnection
import java.net.URI
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** How Kotlin starts a dashboard. */
class DashboardSamplesTest {
    private val secret = Dashboard.newToken()

    @Test
    fun `one line starts a dashboard`(): Unit = runBlocking {
        val pool = Pool("orders", ScriptedFactory())
        // region start
        val dashboard = Dashboard.start(pool) { token = secret }
        println(dashboard) // dashboard at http://127.0.0.1:40123/
        // endregion
        assertEquals(200, status(dashboard.address))
        dashboard.close()
        pool.close(1.seconds)
    }

    @Test
    fun `all settings can be set`() {
        PoolManager().use { pools ->
            // region settings
            val dashboard =
                Dashboard.start(pools) {
                    token = secret
                    viewToken = System.getenv("VIEW_TOKEN")
                    port = 0
                    showSql = true
                }
            // endregion
            dashboard.use { assertEquals(200, status(it.address)) }
            Dashboard.start(emptyList()) { viewToken = secret }.use { assertEquals(200, status(it.address)) }
        }
    }

    private fun status(address: URI): Int = (address.toURL().openConnection() as HttpURLConnection).responseCode
}
