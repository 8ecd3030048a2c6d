package dev.rockpool.jdbc.internal.errors

import dev.rockpool.jdbc.JdbcConfig

/** What a configuration keeps to itself. */
val JdbcConfig.hiddenPassword: String?
    get() = confidential.password()

val JdbcConfig.hiddenProperties: Map<String, String>
    get() = confidential.properties()
