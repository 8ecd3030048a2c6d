package dev.rockpool.jdbc

import java.sql.Connection
import java.sql.SQLException

/** Prepares each new connection before it is lent for the first time; see [JdbcSettings.customizer]. */
public fun interface ConnectionCustomizer {
    /**
     * Called once for each new connection, with the driver's connection, after [JdbcSettings.initSql]. Every user gets
     * the session state that it sets, and it is restored after each lease. Its time counts towards
     * [connectTimeout][dev.rockpool.PoolConfig.connectTimeout]. If it throws, the connect fails and the connection is
     * closed.
     */
    @Throws(SQLException::class) public fun customize(connection: Connection)
}
