package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Backoff;
import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.OverloadControl;
import dev.rockpool.PoolConfig;
import dev.rockpool.ReusePolicy;
import dev.rockpool.jdbc.ConnectionCustomizer;
import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.CredentialsSupplier;
import dev.rockpool.jdbc.FatalError;
import dev.rockpool.jdbc.FatalErrorRule;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.SlowStatementListener;
import dev.rockpool.jdbc.Startup;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** The settings of a JDBC pool: those of every pool, and its own. */
class JdbcSettingsTest {
    private static final String URL = "jdbc:h2:mem:settings";

    @Test
    void everySettingOfJdbcIsWrittenAndReadUnderItsName() throws Exception {
        SlowStatementListener slow = statement -> {};
        FatalErrorRule rule = error -> error.getErrorCode() == 42 ? FatalError.FATAL : FatalError.DEFAULT;
        CredentialsSupplier credentials = () -> new Credentials("shop", "secret");
        ConnectionCustomizer customizer = connection -> connection.setClientInfo("ApplicationName", "shop");
        BlockingConnectionHooks<Connection> hooks = new BlockingConnectionHooks<>() {};
        JdbcConfig config = JdbcConfig.builder()
                .url(URL)
                .driverClassName("org.h2.Driver")
                .properties(Map.of("TRACE_LEVEL_FILE", "0"))
                .property("LOCK_TIMEOUT", "1000")
                .autoCommit(false)
                .readOnly(true)
                .transactionIsolation("TRANSACTION_SERIALIZABLE")
                .catalog("SETTINGS")
                .schema("PUBLIC")
                .initSql("set time zone 'UTC'")
                .resetSql("set lock_timeout 1000")
                .testQuery("select 1")
                .cancelTimeout(Duration.ofSeconds(1))
                .queryTimeout(Duration.ofSeconds(2))
                .slowStatementThreshold(Duration.ofSeconds(3))
                .slowStatementListener(slow)
                .statementCacheSize(16)
                .virtualThreads(false)
                .fatalErrors(rule)
                .credentials(credentials)
                .customizer(customizer)
                .hooks(hooks)
                .startup(Startup.waitUpTo(Duration.ofSeconds(4)))
                .build();

        assertEquals(URL, config.getUrl());
        assertEquals("org.h2.Driver", config.getDriverClassName());
        assertEquals(false, config.getAutoCommit());
        assertEquals(true, config.getReadOnly());
        assertEquals(Connection.TRANSACTION_SERIALIZABLE, config.getTransactionIsolation());
        assertEquals("SETTINGS", config.getCatalog());
        assertEquals("PUBLIC", config.getSchema());
        assertEquals(List.of("set time zone 'UTC'"), config.getInitSql());
        assertEquals(List.of("set lock_timeout 1000"), config.getResetSql());
        assertEquals("select 1", config.getTestQuery());
        assertEquals(Duration.ofSeconds(1), config.getCancelTimeout());
        assertEquals(Duration.ofSeconds(2), config.getQueryTimeout());
        assertEquals(Duration.ofSeconds(3), config.getSlowStatementThreshold());
        assertSame(slow, config.getSlowStatementListener());
        assertEquals(16, config.getStatementCacheSize());
        assertFalse(config.getVirtualThreads());
        assertEquals(FatalError.FATAL, config.getFatalErrors().judge(new SQLException("x", "XX000", 42)));
        assertEquals(FatalError.NOT_FATAL, FatalError.valueOf("NOT_FATAL"));
        assertEquals("shop", config.getCredentials().get().getUsername());
        assertEquals("secret", config.getCredentials().get().getPassword());
        assertSame(customizer, config.getCustomizer());
        assertSame(hooks, config.getHooks());
        var waiting = assertInstanceOf(Startup.WaitUpTo.class, config.getStartup());
        assertEquals(Duration.ofSeconds(4), waiting.getAtMost());
        assertEquals(10, config.getPool().getMaxSize());
    }

    @Test
    void everySettingOfAPoolIsASettingOfAJdbcPool() {
        PoolConfig pool = JdbcConfig.builder()
                .url(URL)
                .name("orders")
                .maxSize(20)
                .minIdle(5)
                .acquireTimeout(Duration.ofSeconds(1))
                .connectTimeout(Duration.ofSeconds(2))
                .probeTimeout(Duration.ofSeconds(3))
                .resetTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(5))
                .trustWindow(Duration.ofSeconds(6))
                .probeOnReturn(true)
                .idleTimeout(Duration.ofMinutes(7))
                .maxLifetime(Duration.ofMinutes(8))
                .keepaliveInterval(Duration.ofMinutes(3))
                .maxConcurrentOpens(2)
                .maxPending(100)
                .backoff(Backoff.exponential())
                .failFastAfter(Duration.ofSeconds(30))
                .overload(OverloadControl.of(Duration.ofMillis(20), Duration.ofMillis(500)))
                .leakThreshold(Duration.ofMinutes(1))
                .reclaimLeaks(false)
                .leakStackTraces(true)
                .stuckCallTimeout(Duration.ofSeconds(9))
                .bargingWindow(Duration.ofMillis(1))
                .reusePolicy(ReusePolicy.FIFO)
                .statsInterval(Duration.ofMillis(250))
                .build()
                .getPool();
        PoolConfig same = PoolConfig.builder()
                .name("orders")
                .maxSize(20)
                .minIdle(5)
                .acquireTimeout(Duration.ofSeconds(1))
                .connectTimeout(Duration.ofSeconds(2))
                .probeTimeout(Duration.ofSeconds(3))
                .resetTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(5))
                .trustWindow(Duration.ofSeconds(6))
                .probeOnReturn(true)
                .idleTimeout(Duration.ofMinutes(7))
                .maxLifetime(Duration.ofMinutes(8))
                .keepaliveInterval(Duration.ofMinutes(3))
                .maxConcurrentOpens(2)
                .maxPending(100)
                .failFastAfter(Duration.ofSeconds(30))
                .overload(OverloadControl.of(Duration.ofMillis(20), Duration.ofMillis(500)))
                .leakThreshold(Duration.ofMinutes(1))
                .reclaimLeaks(false)
                .leakStackTraces(true)
                .stuckCallTimeout(Duration.ofSeconds(9))
                .bargingWindow(Duration.ofMillis(1))
                .reusePolicy(ReusePolicy.FIFO)
                .statsInterval(Duration.ofMillis(250))
                .build();
        assertEquals(same, pool);
    }

    @Test
    void aDataSourceCanOpenTheConnections() {
        var driver = new JdbcDataSource();
        driver.setURL(URL);
        assertSame(driver, JdbcConfig.builder().dataSource(driver).build().getDataSource());
    }

    @Test
    void aPasswordIsWrittenAndNeverShown() {
        JdbcConfig config = JdbcConfig.builder()
                .url(URL)
                .username("shop")
                .password("secret")
                .transactionIsolation(Connection.TRANSACTION_READ_COMMITTED)
                .build();
        assertEquals("shop", config.getUsername());
        assertFalse(config.toString().contains("secret"), config::toString);
        assertFalse(config.toJson().contains("secret"), config::toJson);
        assertFalse(new Credentials("shop", "secret").toString().contains("secret"));
        assertEquals("shop", JdbcConfig.fromJson(config.toJson()).getUsername());
        assertEquals(
                List.of(),
                Stream.of(JdbcConfig.class.getMethods())
                        .map(Method::getName)
                        .filter(name -> name.toLowerCase(Locale.ROOT).contains("password"))
                        .toList());
        JdbcConfig copy = config.toBuilder().maxSize(3).build();
        assertEquals(3, copy.getPool().getMaxSize());
    }

    @Test
    void anAbsentPasswordIsAProblemAmongOthers() {
        List<String> problems = JdbcConfig.builder()
                .url(URL)
                .password(System.getenv("NO_SUCH_VARIABLE"))
                .maxSize(0)
                .problems();
        assertEquals(2, problems.size(), problems::toString);
    }

    @Test
    void aStartIsOneOfFour() {
        assertSame(Startup.Background.INSTANCE, Startup.background());
        assertSame(Startup.FailFast.INSTANCE, Startup.failFast());
        assertSame(Startup.Lazy.INSTANCE, Startup.lazily());
        assertEquals(Startup.waitUpTo(Duration.ofSeconds(1)), Startup.waitUpTo(Duration.ofSeconds(1)));
        assertNotNull(JdbcConfig.builder().url(URL).build().getStartup());
        assertTrue(Startup.lazily().toString().contains("lazy"));
    }
}
