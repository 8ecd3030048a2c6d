package dev.rockpool.jdbc.spring

import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.RockpoolDataSource
import org.springframework.core.env.MapPropertySource
import org.springframework.core.env.StandardEnvironment

/** Reads these properties of `spring.datasource.rockpool` into the builder. */
fun readProperties(
    properties: Map<String, String>,
    builder: JdbcBuilder<RockpoolDataSource>,
): JdbcBuilder<RockpoolDataSource> {
    val given = properties.mapKeys { "${RockpoolProperties.PREFIX}.${it.key}" }
    val environment = StandardEnvironment()
    environment.propertySources.addFirst(MapPropertySource("given", given))
    return RockpoolProperties.read(environment, builder, emptyList())
}
