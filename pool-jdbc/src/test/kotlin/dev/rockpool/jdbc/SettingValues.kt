package dev.rockpool.jdbc

/** The builder's values, by property names such as `max-size`. */
internal fun JdbcBuilder<*>.values(): Map<String, Any?> =
    JdbcSettings::class
        .java
        .methods
        .filter { it.name.startsWith("get") && it.parameterCount == 0 }
        .associate { kebab(it.name.substringBefore("-").removePrefix("get")) to it.invoke(this) }

internal fun kebab(name: String) = name.replace(Regex("(?<!^)([A-Z])"), "-$1").lowercase()
