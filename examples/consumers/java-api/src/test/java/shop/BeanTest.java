package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.ReusePolicy;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.Startup;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A data source that a framework creates by its class and configures setting by setting. */
class BeanTest {
    private static final String URL = "jdbc:h2:mem:bean";

    @Test
    void everySettingHasASetter() throws SQLException {
        try (var dataSource = new RockpoolDataSource()) {
            dataSource.setName("orders");
            dataSource.setUrl(URL);
            dataSource.setUsername("shop");
            dataSource.setPassword("secret");
            dataSource.setDriverClassName("org.h2.Driver");
            dataSource.setProperties(Map.of("TRACE_LEVEL_FILE", "0"));
            dataSource.setMaxSize(20);
            dataSource.setMinIdle(0);
            dataSource.setAcquireTimeout(Duration.ofSeconds(1));
            dataSource.setConnectTimeout(Duration.ofSeconds(2));
            dataSource.setProbeTimeout(Duration.ofSeconds(3));
            dataSource.setResetTimeout(Duration.ofSeconds(4));
            dataSource.setCloseTimeout(Duration.ofSeconds(5));
            dataSource.setTrustWindow(Duration.ofSeconds(6));
            dataSource.setProbeOnReturn(true);
            dataSource.setIdleTimeout(Duration.ofMinutes(7));
            dataSource.setMaxLifetime(Duration.ofMinutes(8));
            dataSource.setKeepaliveInterval(Duration.ofMinutes(3));
            dataSource.setMaxConcurrentOpens(2);
            dataSource.setMaxPending(100);
            dataSource.setFailFastAfter(Duration.ofSeconds(30));
            dataSource.setLeakThreshold(Duration.ofMinutes(1));
            dataSource.setReclaimLeaks(false);
            dataSource.setLeakStackTraces(true);
            dataSource.setStuckCallTimeout(Duration.ofSeconds(9));
            dataSource.setBargingWindow(Duration.ofMillis(1));
            dataSource.setReusePolicy(ReusePolicy.LIFO);
            dataSource.setStatsInterval(Duration.ofMillis(250));
            dataSource.setAutoCommit(false);
            dataSource.setReadOnly(true);
            dataSource.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
            dataSource.setCatalog("BEAN");
            dataSource.setSchema("PUBLIC");
            dataSource.setInitSql(List.of("set time zone 'UTC'"));
            dataSource.setResetSql(List.of("set lock_timeout 1000"));
            dataSource.setTestQuery("select 1");
            dataSource.setCancelTimeout(Duration.ofSeconds(1));
            dataSource.setVirtualThreads(false);
            dataSource.setUserPools(false);
            dataSource.setQueryTimeout(Duration.ofSeconds(2));
            dataSource.setStatementCacheSize(16);
            dataSource.setSlowStatementThreshold(Duration.ofSeconds(3));
            dataSource.configure(settings -> settings.startup(Startup.failFast()));

            assertEquals(URL, dataSource.getUrl());
            assertEquals("shop", dataSource.getUsername());
            assertEquals("org.h2.Driver", dataSource.getDriverClassName());
            try (Connection connection = dataSource.getConnection()) {
                assertTrue(connection.isValid(1));
            }
            var config = dataSource.config();
            assertEquals("orders", config.getPool().getName());
            assertEquals(20, config.getPool().getMaxSize());
            assertEquals(Startup.failFast(), config.getStartup());
            assertThrows(IllegalStateException.class, () -> dataSource.setMaxSize(30), "the pool runs");
        }
    }

    /** So that a configuration written for another pool works. */
    @Test
    void someSettingsHaveTheNamesOfOtherPools() {
        try (var dataSource = new RockpoolDataSource()) {
            dataSource.setPoolName("orders");
            dataSource.setJdbcUrl(URL);
            dataSource.setUser("shop");
            assertEquals(URL, dataSource.getJdbcUrl());
            assertEquals("shop", dataSource.getUsername());
            assertEquals("orders", dataSource.config().getPool().getName());
        }
    }

    /** So that a configuration written for an earlier version works. */
    @Test
    @SuppressWarnings("removal")
    void twoSettingsHaveFormerNames() {
        try (var dataSource = new RockpoolDataSource()) {
            dataSource.setUrl(URL);
            dataSource.setSilenceLimit(Duration.ofSeconds(9));
            dataSource.setPatience(Duration.ofMillis(1));
            var pool = dataSource.config().getPool();
            assertEquals(Duration.ofSeconds(9), pool.getStuckCallTimeout());
            assertEquals(Duration.ofMillis(1), pool.getBargingWindow());
        }
    }
}
