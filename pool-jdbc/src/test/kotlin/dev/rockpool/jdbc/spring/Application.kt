package dev.rockpool.jdbc.spring

import org.springframework.boot.SpringApplication
import org.springframework.boot.WebApplicationType
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.core.env.StandardEnvironment
import org.springframework.core.env.SystemEnvironmentPropertySource

/** An application of Spring Boot that has a database and nothing else. */
@EnableAutoConfiguration open class Application

/** Runs an application without a web server, with these properties, variables of its environment, and beans. */
fun <R> application(
    vararg properties: String,
    beans: List<Class<*>> = emptyList(),
    variables: Map<String, String> = emptyMap(),
    test: (ConfigurableApplicationContext) -> R,
): R {
    // Spring would set up java.util.logging, which nobody here uses.
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none")
    val environment = StandardEnvironment()
    val process = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME
    environment.propertySources.replace(process, SystemEnvironmentPropertySource(process, variables))
    val application: SpringApplication =
        SpringApplicationBuilder(Application::class.java, *beans.toTypedArray())
            .environment(environment)
            .web(WebApplicationType.NONE)
            .properties("spring.main.banner-mode=off", "spring.jmx.enabled=false")
            .properties(*properties)
            .build()
    return application.run().use(test)
}
