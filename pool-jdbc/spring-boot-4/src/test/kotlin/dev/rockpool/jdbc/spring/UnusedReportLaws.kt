package dev.rockpool.jdbc.spring

import dev.rockpool.jdbc.RockpoolDataSource
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import javax.sql.DataSource
import org.slf4j.LoggerFactory
import org.slf4j.event.EventConstants
import org.springframework.boot.jdbc.DataSourceBuilder
import org.springframework.context.annotation.Bean

/** The suffix that the commons-logging bridge adds to a line of the test logger. */
private const val MARKER = " COMMONS-LOGGING "
private const val OTHER = "org.springframework.jdbc.datasource.SimpleDriverDataSource"

/** Settings without effect are reported once, with advice. */
class UnusedReportLaws :
    FunSpec({
        val url = "spring.datasource.url=jdbc:h2:mem:unused"
        val size = "spring.datasource.rockpool.max-size=3"

        test("properties without effect because of another type cause a warning") {
            val log = reported { application(url, size, "spring.datasource.type=$OTHER") {} }
            log.single() shouldBe
                "WARN dev.rockpool.jdbc.spring.UnusedReport - spring.datasource.rockpool.* is set but has no effect: " +
                    "bean 'dataSource' is a $OTHER, because spring.datasource.type=$OTHER. " +
                    "Set spring.datasource.type=dev.rockpool.jdbc.RockpoolDataSource to use Rockpool."
        }

        test("properties next to the application's own data source cause a warning, even if it is Rockpool's") {
            val other = reported { application(size, beans = listOf(Other::class.java)) {} }
            other.single() shouldContain "bean 'mine' is a $OTHER, made by the application itself"
            val ours = reported { application(size, beans = listOf(Ours::class.java)) {} }
            ours.single() shouldContain "bean 'mine' is a dev.rockpool.jdbc.RockpoolDataSource, made by the application"
        }

        test("a customizer without effect causes a warning") {
            val log = reported { application(beans = listOf(Other::class.java, Customizer::class.java)) {} }
            log.single() shouldBe
                "WARN dev.rockpool.jdbc.spring.UnusedReport - bean 'larger' customizes Rockpool but has no effect: " +
                    "bean 'mine' is a $OTHER, made by the application itself; " +
                    "only the data source of the auto-configuration has these settings."
            reported { application(url, beans = listOf(Customizer::class.java)) {} } shouldBe emptyList()
        }

        test("properties of another pool cause a warning if the pool is Rockpool") {
            val log = reported { application(url, "spring.datasource.hikari.maximum-pool-size=30") {} }
            log.single() shouldBe
                "WARN dev.rockpool.jdbc.spring.UnusedReport - spring.datasource.hikari.* is set but has no effect: " +
                    "the connection pool is Rockpool. Remove it, or set spring.datasource.rockpool.* instead."
        }

        test("there is no warning if the properties have an effect, or if there are none") {
            reported {
                application(url, size) {}
                application(url) {}
                application(url, "spring.datasource.type=$OTHER") {}
                application(beans = listOf(Ours::class.java)) {}
                application(beans = listOf(Other::class.java)) {}
            } shouldBe emptyList()
        }
    })

private class Customizer {
    @Bean fun larger() = RockpoolCustomizer { it.maxSize(20) }
}

private class Other {
    @Bean
    fun mine(): DataSource =
        DataSourceBuilder.create()
            .type(org.springframework.jdbc.datasource.SimpleDriverDataSource::class.java)
            .url("jdbc:h2:mem:unused")
            .build()
}

private class Ours {
    @Bean fun mine(): DataSource = RockpoolDataSource.builder().url("jdbc:h2:mem:unused").build()
}

/** Captures what the report logs while [body] runs, through the test logger, which writes only errors. */
private inline fun reported(body: () -> Unit): List<String> {
    val logger = LoggerFactory.getLogger(UnusedReport::class.java)
    val level = logger.javaClass.getDeclaredField("currentLogLevel").apply { isAccessible = true }
    val before = level.getInt(logger)
    val stream = System.err
    val written = ByteArrayOutputStream()
    System.setErr(PrintStream(written, true))
    level.setInt(logger, EventConstants.INFO_INT)
    try {
        body()
    } finally {
        level.setInt(logger, before)
        System.setErr(stream)
    }
    return written
        .toString()
        .lines()
        .filter { "UnusedReport" in it }
        .map { it.substringAfter("] ").replace(MARKER, "") }
}
