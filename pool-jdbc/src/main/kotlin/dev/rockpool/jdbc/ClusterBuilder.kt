package dev.rockpool.jdbc

import dev.rockpool.ForJava
import dev.rockpool.InvalidConfigException
import dev.rockpool.jdbc.internal.cluster.WatchfulRule
import dev.rockpool.jdbc.internal.connect.MemberServer
import dev.rockpool.jdbc.internal.connect.ServerSource
import dev.rockpool.jdbc.internal.errors.Secrets
import dev.rockpool.jdbc.internal.postgres.TrafficSockets
import java.sql.Connection
import java.sql.SQLException
import java.util.function.Consumer
import javax.sql.DataSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/**
 * Collects the settings of a [JdbcCluster], through properties and lambdas with receiver in Kotlin and through
 * functions in Java. Not thread-safe.
 *
 * A member has its own `url`, and where they differ its own login and driver properties. All other settings are those
 * of the pools: [pools] for all of them, [primary] and [standbys] for what differs.
 */
public class ClusterBuilder internal constructor() {
    /** The name of the cluster, in messages and logs. Default "cluster". */
    @get:JvmSynthetic @set:JvmSynthetic public var name: String = "cluster"

    /**
     * How far a standby may be behind and still serve reads. Members are asked every second, so less than a second
     * makes little sense. Default 5 s.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var maxLag: Duration = DEFAULT_MAX_LAG

    private val all = ArrayList<Settings>()
    private val ofPrimary = ArrayList<Settings>()
    private val ofStandbys = ArrayList<Settings>()
    private val members = ArrayList<Settings>()
    private val nulls = ArrayList<String>()

    /** Settings of all pools, such as login and size. */
    @JvmSynthetic
    public fun pools(settings: JdbcSettings.() -> Unit) {
        all += Settings(settings)
    }

    /** Settings of the pool of the primary, after those of [pools]. */
    @JvmSynthetic
    public fun primary(settings: JdbcSettings.() -> Unit) {
        ofPrimary += Settings(settings)
    }

    /** Settings of the pool of each standby, after those of [pools]. */
    @JvmSynthetic
    public fun standbys(settings: JdbcSettings.() -> Unit) {
        ofStandbys += Settings(settings)
    }

    /** Adds a member. It needs a `url`, which names one server. */
    @JvmSynthetic
    public fun member(settings: JdbcSettings.() -> Unit) {
        members += Settings(settings)
    }

    public fun name(value: String?): ClusterBuilder = given("name", value) { name = it }

    /** [maxLag] for Java. */
    @ForJava
    @JvmName("maxLag")
    public fun maxLagForJava(value: java.time.Duration?): ClusterBuilder =
        given("maxLag", value) { maxLag = it.toKotlinDuration() }

    /** [pools] for Java. */
    @ForJava
    @JvmName("pools")
    public fun poolsForJava(settings: Consumer<JdbcBuilder<JdbcConfig>>): ClusterBuilder = apply {
        all += Settings(settings::accept)
    }

    /** [primary] for Java. */
    @ForJava
    @JvmName("primary")
    public fun primaryForJava(settings: Consumer<JdbcBuilder<JdbcConfig>>): ClusterBuilder = apply {
        ofPrimary += Settings(settings::accept)
    }

    /** [standbys] for Java. */
    @ForJava
    @JvmName("standbys")
    public fun standbysForJava(settings: Consumer<JdbcBuilder<JdbcConfig>>): ClusterBuilder = apply {
        ofStandbys += Settings(settings::accept)
    }

    /** [member] for Java. */
    @ForJava
    @JvmName("member")
    public fun memberForJava(settings: Consumer<JdbcBuilder<JdbcConfig>>): ClusterBuilder = apply {
        members += Settings(settings::accept)
    }

    /** All problems so far, one sentence each. Empty if there are none. */
    public fun problems(): List<String> {
        val own = nulls.map { "$it is null; set it, or leave it out" } + ownProblems()
        val ofMembers = problemsOfMembers(members.indices.map(::memberProblems))
        if (own.isNotEmpty() || ofMembers.isNotEmpty()) return own + ofMembers
        return listOf("primary" to primaryBuilder(NO_SOURCE), "standbys" to standbyBuilder(0)).flatMap { (role, builder)
            ->
            builder.problems().map { "$role: $it" }
        }
    }

    private fun ownProblems(): List<String> {
        val urls = members.indices.map { memberBuilder(it).url }
        return listOfNotNull(
            "name is blank but must be a text".takeIf { name.isBlank() },
            "maxLag is $maxLag but must be positive".takeIf { !maxLag.isPositive() },
            "there is no member; add one for the primary and one for each standby".takeIf { members.isEmpty() },
            "two members have the same url".takeIf { urls.filterNotNull().let { it.distinct().size < it.size } },
        )
    }

    /** What is wrong with all members, such as a setting of [pools], is said once. */
    private fun problemsOfMembers(each: List<List<String>>): List<String> {
        val common = if (each.size > 1) each.reduce { all, some -> all.filter { it in some } } else emptyList()
        return common + each.flatMapIndexed { i, problems -> (problems - common.toSet()).map { "members[$i]: $it" } }
    }

    private fun memberProblems(member: Int): List<String> {
        val builder = memberBuilder(member)
        val problems = builder.problems().toMutableList()
        val url = builder.url.orEmpty()
        if (problems.isEmpty() && (!url.startsWith(POSTGRES) || ',' in MemberServer.nameOf(url)))
            problems += "url is '${Secrets.mask(url)}' but must begin with $POSTGRES and name one server"
        if (builder.userPools) problems += "userPools is true but a cluster has one login"
        return problems
    }

    /**
     * Checks the settings, creates the cluster, and starts to ask its members in the background.
     *
     * @throws InvalidConfigException with all problems
     */
    public fun build(): JdbcCluster {
        val problems = problems()
        if (problems.isNotEmpty()) throw InvalidConfigException(name, problems)
        return JdbcCluster.of(this)
    }

    @JvmSynthetic
    internal fun servers(): List<MemberServer> =
        members.indices.map { member ->
            val config = memberBuilder(member).build()
            MemberServer(config, config.confidential)
        }

    /**
     * The settings of the pool of the primary, which [source] connects.
     *
     * @param look runs when a statement fails in a way that may mean that a member has changed
     */
    @JvmSynthetic
    internal fun primaryConfig(source: DataSource, look: Runnable): JdbcConfig =
        primaryBuilder(source).apply { fatalErrors = WatchfulRule(fatalErrors, look) }.build()

    /** The settings of the pool of a standby. */
    @JvmSynthetic
    internal fun standbyConfig(member: Int, look: Runnable): JdbcConfig =
        standbyBuilder(member).apply { fatalErrors = WatchfulRule(fatalErrors, look) }.build()

    private fun memberBuilder(member: Int): JdbcBuilder<JdbcConfig> =
        JdbcConfig.builder().name(name).withAll(all).withAll(listOf(members[member]))

    private fun primaryBuilder(source: DataSource): JdbcBuilder<JdbcConfig> =
        JdbcConfig.builder().name(name).withAll(all).withAll(ofPrimary).apply {
            url = null
            driverClassName = null
            username = null
            password = null
            properties = emptyMap()
            credentials = null
            dataSource = source
        }

    private fun standbyBuilder(member: Int): JdbcBuilder<JdbcConfig> =
        JdbcConfig.builder().withAll(all).withAll(ofStandbys).withAll(listOf(members[member])).apply {
            name("${this@ClusterBuilder.name}[${MemberServer.nameOf(url.orEmpty())}]")
            budget = budget?.budget?.share() // a guarantee is for one pool
            if (startup != Startup.Lazy) startup = Startup.Background // a standby that is away stops no start
        }

    private fun JdbcBuilder<JdbcConfig>.withAll(settings: List<Settings>) = apply { settings.forEach { it.on(this) } }

    private inline fun <V : Any> given(property: String, value: V?, set: (V) -> Unit): ClusterBuilder = apply {
        if (value == null) nulls += property else set(value)
    }

    private fun interface Settings {
        fun on(builder: JdbcBuilder<JdbcConfig>)
    }

    private companion object {
        private val DEFAULT_MAX_LAG = 5.seconds
        private const val POSTGRES = "jdbc:postgresql:"

        /** Stands for the source of the primary while settings are checked. */
        private val NO_SOURCE: DataSource =
            object : ServerSource() {
                override fun connect(watch: TrafficSockets.Watch): Connection = throw SQLException("not connected")
            }
    }
}
