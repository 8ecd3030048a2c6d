package dev.rockpool.jdbc.internal.files;

import java.util.HashMap;
import java.util.Map;

/**
 * What the settings of other pools are called here. Only names that a text can give and that mean about the same; the
 * pages {@code docs/coming-from-*.md} say what differs.
 */
final class OtherPools {
    private static final Map<String, String> OURS = new HashMap<>();

    static {
        call("maxSize", "maxActive", "maxPoolSize", "maxTotal", "maximumPoolSize");
        call("minIdle", "initialPoolSize", "initialSize", "minPoolSize", "minSize", "minimumIdle");
        call(
                "acquireTimeout",
                "acquisitionTimeout",
                "checkoutTimeout",
                "connectionTimeout",
                "maxWait",
                "maxWaitMillis");
        call("connectTimeout", "loginTimeout");
        call("probeTimeout", "connectionIsValidTimeout", "validationQueryTimeout", "validationTimeout");
        call("trustWindow", "idleValidation", "testConnectionOnCheckout", "testOnBorrow", "validateOnBorrow");
        call("trustWindow", "validationInterval");
        call("probeOnReturn", "testConnectionOnCheckin", "testOnReturn");
        call("keepaliveInterval", "idleConnectionTestPeriod", "keepaliveTime", "testWhileIdle");
        call("idleTimeout", "maxIdleTime", "maxIdleTimeExcessConnections", "reapTimeout");
        call("idleTimeout", "minEvictableIdle", "minEvictableIdleTimeMillis");
        call("idleTimeout", "softMinEvictableIdle", "softMinEvictableIdleTimeMillis");
        call("maxLifetime", "maxAge", "maxConn", "maxConnLifetimeMillis", "maxConnectionAge");
        call("leakThreshold", "leakDetectionThreshold", "leakTimeout", "removeAbandonedTimeout", "suspectTimeout");
        call("leakThreshold", "unreturnedConnectionTimeout");
        call("reclaimLeaks", "removeAbandoned", "removeAbandonedOnBorrow", "removeAbandonedOnMaintenance");
        call("leakStackTraces", "debugUnreturnedConnectionStackTraces", "enhancedLeakReport", "logAbandoned");
        call("startup", "ignoreExceptionOnPreLoad", "initializationFailTimeout");
        call("url", "jdbcUrl");
        call("username", "overrideDefaultUser", "principal", "user");
        call("password", "credential", "overrideDefaultPassword");
        call("driverClassName", "driverClass", "providerClassName");
        call("properties", "connectionProperties", "dbProperties", "jdbcProperties");
        call("autoCommit", "defaultAutoCommit");
        call("readOnly", "defaultReadOnly");
        call("transactionIsolation", "defaultTransactionIsolation", "jdbcTransactionIsolation");
        call("catalog", "defaultCatalog");
        call("schema", "defaultSchema");
        call("initSql", "connectionInitSql", "connectionInitSqls", "initialSQL");
        call("testQuery", "automaticTestTable", "connectionTestQuery", "preferredTestQuery", "validationQuery");
        call("queryTimeout", "defaultQueryTimeout");
        call("statementCacheSize", "maxOpenPreparedStatements", "maxStatementsPerConnection");
        call("userPools", "alternateUsernameAllowed");
    }

    private OtherPools() {}

    private static void call(String ours, String... theirs) {
        for (String name : theirs) OURS.put(SettingKeys.plain(name), ours);
    }

    /** Our name for this setting of another pool; null if it is none of those. */
    static String ours(String unknown) {
        return OURS.get(SettingKeys.plain(unknown));
    }
}
