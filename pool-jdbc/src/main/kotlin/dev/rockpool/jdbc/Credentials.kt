package dev.rockpool.jdbc

/**
 * A user name and its password, which change together. Immutable. `toString` does not show the password.
 *
 * @property username null to use the one of the URL, the properties or the driver
 * @property password null for none
 */
public class Credentials(public val username: String?, public val password: String?) {
    override fun toString(): String = "Credentials(username=$username)"
}

/**
 * Gives the credentials for each new connection; see [JdbcSettings.credentials].
 *
 * Called by the pool, on threads that may block, and concurrently for connections that are opened at the same time.
 */
public fun interface CredentialsSupplier {
    /**
     * Returns the current credentials. It may ask a secret store; its time counts towards
     * [connectTimeout][dev.rockpool.PoolConfig.connectTimeout]. If it throws, the connect fails and is retried.
     */
    @Throws(Exception::class) public fun get(): Credentials
}
