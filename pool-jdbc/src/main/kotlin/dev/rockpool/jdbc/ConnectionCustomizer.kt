package dev.rockpool.jdbc

import java.sql.Connection
import java.sql.SQLException

/** What is done to each new connection before it is lent for the first time; see [JdbcSettings.customizer]. */
public fun interface ConnectionCustomizer {
    /**
     * Called once for each new connection, with the driver's own, after [JdbcSettings.initSql]. What it sets is what
     * every user finds, and what is set back after each. Its time is part of
     * [connectTimeout][dev.rockpool.PoolConfig.connectTimeout]. When it throws, connecting has failed and the
     * connection is closed.
     */
    @Throws(SQLException::class) public fun customize(connection: Connection)
}
