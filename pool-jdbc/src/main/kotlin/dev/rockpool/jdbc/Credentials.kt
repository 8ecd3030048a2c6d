package dev.rockpool.jdbc

/**
 * Whom to log in as, and with what: one thing, because they change together. Immutable. `toString` does not show the
 * password.
 *
 * @property username null: as the URL, the properties or the driver say
 * @property password null: none
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
     * The credentials as they are now. It may ask a secret store; its time is part of
     * [connectTimeout][dev.rockpool.PoolConfig.connectTimeout]. When it throws, connecting has failed, and is tried
     * again.
     */
    @Throws(Exception::class) public fun get(): Credentials
}
