package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Backoff;
import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.OverloadControl;
import dev.rockpool.PoolConfig;
import dev.rockpool.ReusePolicy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Every setting of a JDBC pool, set from Java. */
class JavaSettingsTest {
    private static final Duration TIME = Duration.ofSeconds(7);

    @Test
    void everySettingOfEveryPoolHasAFunction() {
        var overload = OverloadControl.of(TIME, TIME);
        PoolConfig expected = PoolConfig.builder()
                .name("all")
                .maxSize(7)
                .minIdle(3)
                .acquireTimeout(TIME)
                .connectTimeout(TIME)
                .probeTimeout(TIME)
                .resetTimeout(TIME)
                .closeTimeout(TIME)
                .trustWindow(TIME)
                .idleTimeout(TIME)
                .maxLifetime(TIME)
                .keepaliveInterval(TIME)
                .maxConcurrentOpens(2)
                .maxPending(9)
                .backoff(Backoff.fixed(TIME))
                .failFastAfter(TIME)
                .overload(overload)
                .leakThreshold(TIME)
                .reclaimLeaks(false)
                .leakStackTraces(true)
                .stuckCallTimeout(TIME)
                .bargingWindow(TIME)
                .reusePolicy(ReusePolicy.LIFO)
                .statsInterval(TIME)
                .build();
        JdbcConfig config = JdbcConfig.builder()
                .url("jdbc:postgresql://localhost/x")
                .name("all")
                .maxSize(7)
                .minIdle(3)
                .acquireTimeout(TIME)
                .connectTimeout(TIME)
                .probeTimeout(TIME)
                .resetTimeout(TIME)
                .closeTimeout(TIME)
                .trustWindow(TIME)
                .idleTimeout(TIME)
                .maxLifetime(TIME)
                .keepaliveInterval(TIME)
                .maxConcurrentOpens(2)
                .maxPending(9)
                .backoff(Backoff.fixed(TIME))
                .failFastAfter(TIME)
                .overload(overload)
                .leakThreshold(TIME)
                .reclaimLeaks(false)
                .leakStackTraces(true)
                .stuckCallTimeout(TIME)
                .bargingWindow(TIME)
                .reusePolicy(ReusePolicy.LIFO)
                .statsInterval(TIME)
                .build();
        assertEquals(expected, config.getPool());
    }

    @Test
    void everySessionSettingHasAFunctionAndNoSecretIsShown() throws SQLException {
        var builder = RockpoolDataSource.builder()
                .url(Postgres.INSTANCE.getUrl())
                .driverClassName("org.postgresql.Driver")
                .username(Postgres.USER)
                .password("secret")
                .properties(Map.of("ApplicationName", "settings"))
                .property("options", "-c statement_timeout=60000")
                .autoCommit(false)
                .readOnly(true)
                .transactionIsolation(Connection.TRANSACTION_SERIALIZABLE)
                .catalog("postgres")
                .schema("pg_catalog")
                .initSql("select 1", "select 2")
                .testQuery("select 3")
                .cancelTimeout(TIME)
                .virtualThreads(false)
                .queryTimeout(TIME)
                .statementCacheSize(8)
                .slowStatementThreshold(TIME)
                .slowStatementListener(slow -> {});
        assertEquals(0, builder.problems().size());
        try (RockpoolDataSource dataSource = builder.build();
                Connection connection = dataSource.getConnection()) {
            assertFalse(connection.getAutoCommit());
            assertTrue(connection.isReadOnly());
            assertEquals("pg_catalog", connection.getSchema());
            String settings = dataSource.asJdbcPool().getConfig().toString();
            assertTrue(settings.contains("statementCacheSize=8") && settings.contains("queryTimeout=7s"), settings);
            assertTrue(settings.contains("initSql=2") && settings.contains("properties=2"), settings);
            assertFalse(settings.contains("secret"), settings);
        }
    }

    @Test
    void settingsForOpeningCanBeLambdas() throws SQLException {
        var customized = new AtomicInteger();
        var lent = new AtomicInteger();
        var builder = RockpoolDataSource.builder()
                .url(Postgres.INSTANCE.getUrl())
                .credentials(() -> new Credentials(secretOf("user"), secretOf("password")))
                .customizer(connection -> {
                    try (var statement = connection.createStatement()) {
                        statement.execute("set application_name = 'custom'");
                    }
                    customized.incrementAndGet();
                })
                .fatalErrors(error -> "22012".equals(error.getSQLState()) ? FatalError.FATAL : FatalError.DEFAULT)
                .hooks(new BlockingConnectionHooks<>() {
                    @Override
                    public void beforeLend(Connection connection) {
                        lent.incrementAndGet();
                    }
                })
                .resetSql("select 1")
                .startup(Startup.failFast())
                .maxSize(1);
        try (RockpoolDataSource dataSource = builder.build()) {
            try (Connection connection = dataSource.getConnection();
                    var statement = connection.createStatement()) {
                assertThrows(SQLException.class, () -> statement.execute("select 1/0"));
            }
            dataSource.changeCredentials(Postgres.USER, "any");
            dataSource.changeCredentials(() -> new Credentials(Postgres.USER, "any"));
            try (Connection connection = dataSource.getConnection()) {
                assertTrue(dataSource.evict(connection));
            }
            assertEquals(2, customized.get());
            assertEquals(2, lent.get());
        }
        assertEquals("lazy", Startup.lazily().toString());
        assertEquals("background", Startup.background().toString());
        Startup waiting = JdbcConfig.builder()
                .url(Postgres.INSTANCE.getUrl())
                .startup(Startup.waitUpTo(TIME))
                .build()
                .getStartup();
        assertEquals(TIME, ((Startup.WaitUpTo) waiting).getAtMost());
        assertEquals("wait up to 7s", waiting.toString());
    }

    /** Like the call to a secret store, it throws a checked exception. */
    private static String secretOf(String what) throws IOException {
        if (what.isEmpty()) throw new IOException("no such secret");
        return what.equals("user") ? Postgres.USER : "any";
    }

    @Test
    void aDataSourceOpensTheConnectionsAndItsRefusalIsExplained() throws SQLException {
        var source = new PGSimpleDataSource();
        source.setUrl(Postgres.INSTANCE.getUrl());
        var builder = RockpoolDataSource.builder()
                .dataSource(source)
                .username(Postgres.USER)
                .password("any");
        try (RockpoolDataSource dataSource = builder.build();
                Connection connection = dataSource.getConnection()) {
            assertTrue(connection.isValid(5));
            String settings = dataSource.asJdbcPool().getConfig().toString();
            assertTrue(settings.contains("dataSource=org.postgresql.ds.PGSimpleDataSource"), settings);
        }
        var nothing = new PGSimpleDataSource() {
            @Override
            public Connection getConnection() {
                return null;
            }
        };
        try (RockpoolDataSource dataSource =
                RockpoolDataSource.builder().dataSource(nothing).build()) {
            var failure = assertThrows(SQLException.class, dataSource::getConnection);
            assertTrue(failure.getMessage().contains("gave no connection"), failure.getMessage());
        }
    }
}
