package dev.rockpool.jdbc.spring

import java.net.URL
import java.util.Collections
import java.util.Enumeration
import org.springframework.boot.SpringApplication
import org.springframework.boot.WebApplicationType
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.core.env.StandardEnvironment
import org.springframework.core.env.SystemEnvironmentPropertySource
import org.springframework.core.io.DefaultResourceLoader

/** A Spring Boot application that has only a database. */
@EnableAutoConfiguration open class Application

/** Runs an application without a web server, with these properties, environment variables and beans. */
suspend fun <R> application(
    vararg properties: String,
    beans: List<Class<*>> = emptyList(),
    variables: Map<String, String> = emptyMap(),
    classes: ClassLoader = Application::class.java.classLoader,
    test: suspend (ConfigurableApplicationContext) -> R,
): R {
    // Spring would configure java.util.logging, which is not used here.
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none")
    val environment = StandardEnvironment()
    val process = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME
    environment.propertySources.replace(process, SystemEnvironmentPropertySource(process, variables))
    val application: SpringApplication =
        SpringApplicationBuilder(DefaultResourceLoader(classes), Application::class.java, *beans.toTypedArray())
            .environment(environment)
            .web(WebApplicationType.NONE)
            .properties("spring.main.banner-mode=off", "spring.jmx.enabled=false")
            .properties(*properties)
            .build()
    return application.run().use { test(it) }
}

/** A class path without these packages, and without jars by a part of their names. */
class Without(private vararg val hidden: String) : ClassLoader(Application::class.java.classLoader) {
    override fun loadClass(name: String, resolve: Boolean): Class<*> {
        if (hidden.any { name.startsWith("$it.") }) throw ClassNotFoundException(name)
        return super.loadClass(name, resolve)
    }

    override fun getResource(name: String): URL? = super.getResource(name)?.takeUnless(::isHidden)

    override fun getResources(name: String): Enumeration<URL> =
        Collections.enumeration(super.getResources(name).toList().filterNot(::isHidden))

    private fun isHidden(found: URL) = hidden.any { "/$it-" in found.path || "/$it/" in found.path }
}
