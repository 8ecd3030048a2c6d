@file:JvmName("Builders")

package dev.rockpool.jdbc.internal

import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.JdbcConfig
import java.util.function.Function

/** A builder of whatever [finish] makes of the checked settings. */
internal fun <T> builderOf(finish: Function<JdbcConfig, T>): JdbcBuilder<T> = JdbcBuilder.of(finish::apply)

/** The name that the pool will have. */
internal fun nameOf(builder: JdbcBuilder<*>): String = builder.name
