package dev.rockpool.jdbc.spring

import dev.rockpool.InvalidConfigException
import dev.rockpool.internal.config.FormerNames
import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.RockpoolDataSource
import org.springframework.boot.context.properties.bind.BindException
import org.springframework.boot.context.properties.bind.Bindable
import org.springframework.boot.context.properties.bind.Binder
import org.springframework.core.env.Environment

/** Reads `spring.datasource.rockpool.*`, all of it before it complains. */
internal object RockpoolProperties {
    const val PREFIX = "spring.datasource.rockpool"
    private const val FETCH = "spring.datasource.connection-fetch"
    private const val INIT_SQL = "init-sql"
    private const val RESET_SQL = "reset-sql"
    private const val DRIVER = "properties"

    /** Names of settings that are not one text each. */
    val LISTS = listOf(INIT_SQL, RESET_SQL, DRIVER)
    private val known = PropertySettings.ALL.flatMap { listOfNotNull(it.name, it.formerName) }.map(::plain)

    /**
     * Writes everything that the application says into [builder], which knows where to connect.
     *
     * @throws InvalidConfigException naming everything that is wrong
     */
    @JvmStatic
    fun read(environment: Environment, builder: JdbcBuilder<RockpoolDataSource>): JdbcBuilder<RockpoolDataSource> {
        val problems = listOfNotNull(lazyFetch(environment)) + Reading(environment, builder).problems()
        val all = problems + builder.problems()
        if (all.isNotEmpty()) throw InvalidConfigException(builder.name, all)
        return builder
    }

    /** Whether the application sets anything here. */
    @JvmStatic
    fun areGiven(environment: Environment): Boolean =
        Binder.get(environment).bind(PREFIX, Bindable.mapOf(String::class.java, Any::class.java)).isBound

    /** Spring Boot does that to its own data sources only; here it must not be lost in silence. */
    private fun lazyFetch(environment: Environment): String? =
        environment
            .getProperty(FETCH)
            ?.takeIf { it.equals("lazy", ignoreCase = true) }
            ?.let { "$FETCH is '$it' but must be eager; declare a LazyConnectionDataSourceProxy around the pool" }

    /** As Spring compares names: dots and dashes and upper case do not matter. */
    private fun plain(name: String) = name.filter(Char::isLetterOrDigit).lowercase()

    private class Reading(environment: Environment, private val builder: JdbcBuilder<*>) {
        private val binder = Binder.get(environment)

        fun problems(): List<String> =
            PropertySettings.ALL.mapNotNull { read(it, it.name) } +
                PropertySettings.ALL.mapNotNull(::readFormer) +
                listOfNotNull(
                    readStatements(INIT_SQL) { builder.initSql = it },
                    readStatements(RESET_SQL) { builder.resetSql = it },
                    readDriverProperties(),
                ) +
                unknown()

        private fun readFormer(setting: PropertySetting): String? {
            val former = setting.formerName ?: return null
            val value = text(former) ?: return null
            val names = listOf("$PREFIX.$former", "$PREFIX.${setting.name}")
            if (text(setting.name) != null) return FormerNames.both(names[0], "'$value'", names[1])
            FormerNames.tell(names[0], names[1])
            return read(setting, former)
        }

        private fun read(setting: PropertySetting, name: String): String? =
            guarded(name) {
                val value = text(name) ?: return null
                val allowed = setting.read(builder, value) ?: return null
                "is '$value' but $allowed"
            }

        /** One statement, which may contain commas, or a list of them. */
        private fun readStatements(name: String, set: (List<String>) -> Unit): String? =
            guarded(name) {
                val one = text(name)
                val all = if (one != null) listOf(one) else bind(name, Bindable.listOf(String::class.java))
                all?.let(set)
                null
            }

        private fun readDriverProperties(): String? =
            guarded(DRIVER) {
                bind(DRIVER, Bindable.mapOf(String::class.java, String::class.java))?.let { builder.properties = it }
                null
            }

        private fun unknown(): List<String> {
            val given = binder.bind(PREFIX, Bindable.mapOf(String::class.java, Any::class.java)).orElse(null)
            return names("", given.orEmpty())
                .filter { name -> plain(name) !in known && LISTS.none { plain(name).startsWith(plain(it)) } }
                .map { "$PREFIX.$it is no setting of Rockpool" }
        }

        private fun names(prefix: String, values: Map<*, *>): List<String> =
            values.flatMap { (name, value) ->
                if (value is Map<*, *>) names("$prefix$name.", value) else listOf("$prefix$name")
            }

        private fun text(name: String): String? = bind(name, Bindable.of(String::class.java))

        private fun <T : Any> bind(name: String, type: Bindable<T>): T? =
            binder.bind("$PREFIX.$name", type).orElse(null)

        private inline fun guarded(name: String, read: () -> String?): String? {
            val problem =
                try {
                    read()
                } catch (e: BindException) {
                    "cannot be read: ${e.cause?.message}"
                }
            return problem?.let { "$PREFIX.$name $it" }
        }
    }
}
