@file:JvmName("Builders")

package dev.rockpool.jdbc.internal.config

import dev.rockpool.internal.config.oneLine
import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.SessionStatements
import dev.rockpool.jdbc.Startup
import java.util.function.Function
import javax.sql.DataSource

/** A builder of the object that [finish] creates from the validated settings. */
internal fun <T> builderOf(finish: Function<JdbcConfig, T>): JdbcBuilder<T> = JdbcBuilder.of(finish::apply)

/** Sets one of the lists of statements. A null, or a list with a null in it, becomes a problem. */
internal fun <T> statements(
    builder: SessionStatements<T>,
    property: String,
    given: Array<out String?>?,
): JdbcBuilder<T> = (builder as JdbcBuilder<T>).statements(property, given?.asList())

/** The data source that opens the connections instead of a driver. */
internal fun sourceOf(builder: JdbcBuilder<*>): DataSource? = builder.dataSource

/** The settings of the pool of one user. Nothing is opened before the user needs it. */
internal fun ofUser(config: JdbcConfig, user: String, password: String?): JdbcConfig =
    config
        .toBuilder()
        .apply {
            name = "${config.pool.name}[${oneLine(user)}]"
            credentials = null
            username = user
            this.password = password
            minIdle = 0
            budget = budget?.budget?.share() // a guarantee is for one pool
            startup = Startup.Lazy
            userPools = false
        }
        .build()

/** The name of the pool to be built. */
internal fun nameOf(builder: JdbcBuilder<*>): String = builder.name

/** The JDBC URL of the pool to be built; null for none. */
internal fun urlOf(builder: JdbcBuilder<*>): String? = builder.url
