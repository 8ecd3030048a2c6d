package dev.rockpool.jdbc.internal.connect

import dev.rockpool.jdbc.Credentials
import dev.rockpool.jdbc.CredentialsSupplier
import dev.rockpool.jdbc.JdbcConfig
import java.sql.SQLException

/** The credentials for each new connection. They can be changed while the pool runs. Thread-safe. */
internal class CurrentCredentials(config: JdbcConfig) {
    @Volatile
    var supplier: CredentialsSupplier =
        config.credentials ?: fixed(Credentials(config.username, config.confidential.password()))

    /** @throws SQLException if there are none; a retry may succeed */
    fun next(): Credentials {
        val credentials: Credentials? =
            try {
                supplier.get()
            } catch (e: Exception) {
                if (e is InterruptedException) Thread.currentThread().interrupt()
                throw SQLException("the supplier of credentials failed: ${e.message ?: e}", NO_CONNECTION, e)
            }
        return credentials ?: throw SQLException("the supplier of credentials gave null", NO_CONNECTION)
    }

    companion object {
        private const val NO_CONNECTION = "08001"

        fun fixed(credentials: Credentials) = CredentialsSupplier { credentials }
    }
}
