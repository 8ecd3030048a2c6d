package dev.rockpool.jdbc;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.ReusePolicy;
import dev.rockpool.jdbc.internal.config.Builders;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * The settings of a {@link RockpoolDataSource} as bean properties, for frameworks that set them one by one before the
 * first use. Each is described at the property of {@link JdbcSettings} with the same name; a null duration means never.
 * After the pool has started, every setter throws an {@link IllegalStateException}. Not thread-safe before that.
 *
 * <p>There is no public getter of the password. Spring's {@code DataSourceBuilder.derivedFrom} finds the private one.
 */
public abstract class BeanSettings {
    private JdbcBuilder<JdbcConfig> settings;
    private String name = "pool";
    private String url;
    private String username;
    private String password;
    private String driverClassName;

    private final RenamedSettings renamed = new RenamedSettings();

    BeanSettings() {}

    /** The JDBC URL; null if there is none. */
    public String getUrl() {
        JdbcConfig config = runningConfig();
        return config == null ? url : config.getUrl();
    }

    public void setUrl(String url) {
        settings("url");
        this.url = url;
    }

    /** The same as {@link #getUrl}, under HikariCP's name. */
    public String getJdbcUrl() {
        return getUrl();
    }

    /** The same as {@link #setUrl}, under HikariCP's name. */
    public void setJdbcUrl(String url) {
        setUrl(url);
    }

    /**
     * The user name of new connections; null if the URL, the properties or the driver determine it. Asks the supplier
     * of credentials if there is one.
     *
     * @throws IllegalStateException if that supplier fails
     */
    public String getUsername() {
        return current().getUsername();
    }

    /** Blank counts as null, because frameworks pass the value of an unset variable. */
    public void setUsername(String username) {
        settings("username");
        this.username = username;
    }

    /** The same as {@link #setUsername}, under the name that many drivers use. */
    public void setUser(String user) {
        setUsername(user);
    }

    /** Found by reflection only, so that no report, console or log that reads beans shows it. */
    @SuppressWarnings("unused")
    private String getPassword() {
        return current().getPassword();
    }

    public void setPassword(String password) {
        settings("password");
        this.password = password;
    }

    /** The class of the driver; null if it is found by the URL. */
    public String getDriverClassName() {
        JdbcConfig config = runningConfig();
        return config == null ? driverClassName : config.getDriverClassName();
    }

    public void setDriverClassName(String driverClassName) {
        settings("driverClassName");
        this.driverClassName = driverClassName;
    }

    /**
     * Sets settings that have no setter here, such as {@code credentials} or {@code backoff}:
     * {@code configure(settings -> settings.credentials(...))}.
     */
    public void configure(Consumer<? super JdbcBuilder<JdbcConfig>> change) {
        change.accept(settings("settings"));
    }

    public void setName(String name) {
        settings("name").name(name);
        this.name = name;
    }

    /** The same as {@link #setName}, under HikariCP's name. */
    public void setPoolName(String name) {
        setName(name);
    }

    public void setMaxSize(int maxSize) {
        settings("maxSize").maxSize(maxSize);
    }

    public void setMinIdle(int minIdle) {
        settings("minIdle").minIdle(minIdle);
    }

    public void setAcquireTimeout(Duration acquireTimeout) {
        settings("acquireTimeout").acquireTimeout(acquireTimeout);
    }

    public void setConnectTimeout(Duration connectTimeout) {
        settings("connectTimeout").connectTimeout(connectTimeout);
    }

    public void setProbeTimeout(Duration probeTimeout) {
        settings("probeTimeout").probeTimeout(probeTimeout);
    }

    public void setResetTimeout(Duration resetTimeout) {
        settings("resetTimeout").resetTimeout(resetTimeout);
    }

    public void setCloseTimeout(Duration closeTimeout) {
        settings("closeTimeout").closeTimeout(closeTimeout);
    }

    public void setTrustWindow(Duration trustWindow) {
        settings("trustWindow").trustWindow(trustWindow);
    }

    public void setProbeOnReturn(boolean probeOnReturn) {
        settings("probeOnReturn").probeOnReturn(probeOnReturn);
    }

    public void setIdleTimeout(Duration idleTimeout) {
        settings("idleTimeout").idleTimeout(idleTimeout);
    }

    public void setMaxLifetime(Duration maxLifetime) {
        settings("maxLifetime").maxLifetime(maxLifetime);
    }

    public void setKeepaliveInterval(Duration keepaliveInterval) {
        settings("keepaliveInterval").keepaliveInterval(keepaliveInterval);
    }

    public void setMaxConcurrentOpens(int maxConcurrentOpens) {
        settings("maxConcurrentOpens").maxConcurrentOpens(maxConcurrentOpens);
    }

    public void setMaxPending(int maxPending) {
        settings("maxPending").maxPending(maxPending);
    }

    public void setFailFastAfter(Duration failFastAfter) {
        settings("failFastAfter").failFastAfter(failFastAfter);
    }

    public void setLeakThreshold(Duration leakThreshold) {
        settings("leakThreshold").leakThreshold(leakThreshold);
    }

    public void setReclaimLeaks(boolean reclaimLeaks) {
        settings("reclaimLeaks").reclaimLeaks(reclaimLeaks);
    }

    public void setLeakStackTraces(boolean leakStackTraces) {
        settings("leakStackTraces").leakStackTraces(leakStackTraces);
    }

    public void setStuckCallTimeout(Duration stuckCallTimeout) {
        settings("stuckCallTimeout").stuckCallTimeout(stuckCallTimeout);
        renamed.setByNewName("stuckCallTimeout");
    }

    /**
     * The former name of {@link #setStuckCallTimeout}, for texts that still use it.
     *
     * @deprecated use {@link #setStuckCallTimeout}
     */
    @Deprecated(forRemoval = true)
    public void setSilenceLimit(Duration silenceLimit) {
        former("silenceLimit", "stuckCallTimeout", silenceLimit).stuckCallTimeout(silenceLimit);
    }

    public void setBargingWindow(Duration bargingWindow) {
        settings("bargingWindow").bargingWindow(bargingWindow);
        renamed.setByNewName("bargingWindow");
    }

    /**
     * The former name of {@link #setBargingWindow}, for texts that still use it.
     *
     * @deprecated use {@link #setBargingWindow}
     */
    @Deprecated(forRemoval = true)
    public void setPatience(Duration patience) {
        former("patience", "bargingWindow", patience).bargingWindow(patience);
    }

    public void setReusePolicy(ReusePolicy reusePolicy) {
        settings("reusePolicy").reusePolicy(reusePolicy);
    }

    public void setStatsInterval(Duration statsInterval) {
        settings("statsInterval").statsInterval(statsInterval);
    }

    public void setProperties(Map<String, String> properties) {
        settings("properties").properties(properties);
    }

    public void setAutoCommit(boolean autoCommit) {
        settings("autoCommit").autoCommit(autoCommit);
    }

    public void setReadOnly(boolean readOnly) {
        settings("readOnly").readOnly(readOnly);
    }

    /**
     * The isolation level by name, such as {@code TRANSACTION_SERIALIZABLE}, or number.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public void setTransactionIsolation(String transactionIsolation) {
        settings("transactionIsolation").transactionIsolation(transactionIsolation);
    }

    public void setCatalog(String catalog) {
        settings("catalog").catalog(catalog);
    }

    public void setSchema(String schema) {
        settings("schema").schema(schema);
    }

    public void setInitSql(List<String> initSql) {
        settings("initSql").initSql(arrayOf(initSql));
    }

    public void setResetSql(List<String> resetSql) {
        settings("resetSql").resetSql(arrayOf(resetSql));
    }

    public void setTestQuery(String testQuery) {
        settings("testQuery").testQuery(testQuery);
    }

    public void setCancelTimeout(Duration cancelTimeout) {
        settings("cancelTimeout").cancelTimeout(cancelTimeout);
    }

    public void setVirtualThreads(boolean virtualThreads) {
        settings("virtualThreads").virtualThreads(virtualThreads);
    }

    public void setUserPools(boolean userPools) {
        settings("userPools").userPools(userPools);
    }

    public void setQueryTimeout(Duration queryTimeout) {
        settings("queryTimeout").queryTimeout(queryTimeout);
    }

    public void setStatementCacheSize(int statementCacheSize) {
        settings("statementCacheSize").statementCacheSize(statementCacheSize);
    }

    public void setSlowStatementThreshold(Duration slowStatementThreshold) {
        settings("slowStatementThreshold").slowStatementThreshold(slowStatementThreshold);
    }

    /** The builder of the settings. Throws after the pool has started, with the name of the setting to be changed. */
    JdbcBuilder<JdbcConfig> settings(String changed) {
        if (settings == null) settings = JdbcConfig.builder();
        return settings;
    }

    /** Checks the settings. */
    JdbcConfig written() {
        JdbcBuilder<JdbcConfig> written = settings("settings");
        if (url != null) written.url(url);
        if (isGiven(username)) written.username(username);
        if (password != null) written.password(password);
        if (isGiven(driverClassName)) written.driverClassName(driverClassName);
        List<String> problems = renamed.problems();
        if (problems.isEmpty()) return written.build();
        problems.addAll(written.problems());
        throw new InvalidConfigException(name, problems);
    }

    private JdbcBuilder<JdbcConfig> former(String former, String now, Duration value) {
        JdbcBuilder<JdbcConfig> settings = settings(former);
        renamed.setByFormerName(former, now, value);
        return settings;
    }

    private static String[] arrayOf(List<String> texts) {
        return texts == null ? null : texts.toArray(String[]::new);
    }

    private static boolean isGiven(String text) {
        return text != null && !text.isBlank();
    }

    /** The data source that opens the connections; null if a driver does. */
    DataSource source() {
        JdbcConfig config = runningConfig();
        return config == null ? Builders.sourceOf(settings("settings")) : config.getDataSource();
    }

    String poolName() {
        JdbcConfig config = runningConfig();
        return config == null ? name : config.getPool().getName();
    }

    /** The settings of the running pool; null before it starts. */
    abstract JdbcConfig runningConfig();

    /** The credentials of new connections. */
    Credentials login() throws SQLException {
        return new Credentials(username, password);
    }

    private Credentials current() {
        try {
            return login();
        } catch (SQLException e) {
            throw new IllegalStateException("pool '" + poolName() + "': " + e.getMessage(), e);
        }
    }
}
