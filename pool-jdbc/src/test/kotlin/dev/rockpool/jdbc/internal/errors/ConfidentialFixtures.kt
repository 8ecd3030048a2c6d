package dev.rockpool.jdbc.internal.errors

import dev.rockpool.jdbc.JdbcConfig

/** The confidential values of a configuration. */
val JdbcConfig.hiddenPassword: String?
    get() = confidential.password()

val JdbcConfig.hiddenProperties: Map<String, String>
    get() = confidential.properties()
