package dev.rockpool.jdbc.internal.config.hikari;

import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.always;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.flag;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.isolation;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.leak;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.notHonoured;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.number;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.onlyOff;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.startup;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.text;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.time;
import static dev.rockpool.jdbc.internal.config.hikari.HikariRule.timeOrNever;
import static java.util.Map.entry;

import dev.rockpool.jdbc.JdbcBuilder;
import java.util.List;
import java.util.Map;

/** Every property of HikariCP 7.1 and how it is converted. {@code docs/coming-from-hikaricp.md} documents it. */
final class HikariRules {
    /** The properties that name the source of connections. */
    static final List<String> SOURCES = List.of("jdbcUrl", "dataSourceClassName", "dataSourceJNDI");

    private static final String OBJECT = "it is an object; give one to the builder: ";
    private static final String METRICS = "bind RockpoolMeters to the registry, or look at snapshot()";
    private static final String HEALTH = "ask control().health()";
    private static final String THREADS =
            "the pool has a few daemon threads, which all pools share and which end when they are idle";
    private static final String CREDENTIALS = OBJECT + "credentials(...)";
    private static final String FATAL =
            "what is known of the vendor decides; give the builder a rule of yours: fatalErrors(...)";

    private static final Map<String, HikariRule> RULES = Map.ofEntries(
            // limits and times
            entry("poolName", text(JdbcBuilder::name)),
            entry("maximumPoolSize", number(JdbcBuilder::maxSize)),
            entry("minimumIdle", number(JdbcBuilder::minIdle)),
            entry("connectionTimeout", timeOrNever(JdbcBuilder::acquireTimeout)),
            entry("validationTimeout", time(JdbcBuilder::probeTimeout)),
            entry("idleTimeout", timeOrNever(JdbcBuilder::idleTimeout)),
            entry("maxLifetime", timeOrNever(JdbcBuilder::maxLifetime)),
            entry("keepaliveTime", timeOrNever(JdbcBuilder::keepaliveInterval)),
            entry("leakDetectionThreshold", leak()),
            entry("initializationFailTimeout", startup()),
            // source of connections; the two that need more than their own value are read with dataSource.*
            entry("jdbcUrl", text(JdbcBuilder::url)),
            entry("driverClassName", text(JdbcBuilder::driverClassName)),
            entry("username", text(JdbcBuilder::username)),
            entry("password", text(JdbcBuilder::password)),
            entry("dataSourceClassName", text((to, value) -> {})),
            entry("dataSourceJNDI", text((to, value) -> {})),
            entry("dataSource", notHonoured(OBJECT + "dataSource(...)")),
            entry("dataSourceProperties", notHonoured("write each as dataSource.<name>")),
            // state of every connection
            entry("autoCommit", flag(JdbcBuilder::autoCommit)),
            entry("readOnly", flag(JdbcBuilder::readOnly)),
            entry("transactionIsolation", isolation()),
            entry("catalog", text(JdbcBuilder::catalog)),
            entry("schema", text(JdbcBuilder::schema)),
            entry("connectionInitSql", text((to, value) -> to.initSql(value))),
            entry("connectionTestQuery", text(JdbcBuilder::testQuery)),
            // what Rockpool always does
            entry("allowPoolSuspension", always()),
            entry("isolateInternalQueries", always()),
            // not supported
            entry("registerMbeans", onlyOff("no pool registers itself; use RockpoolJmx")),
            entry("credentials", notHonoured(CREDENTIALS)),
            entry("credentialsProvider", notHonoured(CREDENTIALS)),
            entry("credentialsProviderClassName", notHonoured(CREDENTIALS)),
            entry("exceptionOverride", notHonoured(FATAL)),
            entry("exceptionOverrideClassName", notHonoured(FATAL)),
            entry("metricsTrackerFactory", notHonoured(METRICS)),
            entry("metricRegistry", notHonoured(METRICS)),
            entry("healthCheckRegistry", notHonoured(HEALTH)),
            entry("healthCheckProperties", notHonoured(HEALTH)),
            entry("threadFactory", notHonoured(THREADS)),
            entry("scheduledExecutor", notHonoured(THREADS)));

    private HikariRules() {}

    /** Finds the rule of a property; null if HikariCP does not have it. */
    static HikariRule find(String name) {
        return RULES.get(name.startsWith("healthCheckProperties.") ? "healthCheckProperties" : name);
    }
}
