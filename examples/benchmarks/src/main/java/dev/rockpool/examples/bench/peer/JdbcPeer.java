package dev.rockpool.examples.bench.peer;

import com.alibaba.druid.pool.DruidDataSource;
import com.alibaba.druid.pool.DruidDataSourceFactory;
import com.mchange.v2.c3p0.DataSources;
import com.mchange.v2.c3p0.PooledDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rockpool.jdbc.RockpoolDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalPropertiesReader;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.commons.dbcp2.BasicDataSourceFactory;
import org.apache.tomcat.jdbc.pool.DataSourceFactory;
import org.vibur.dbcp.ViburDBCPDataSource;

/**
 * A JDBC pool and its configuration: as its own documentation recommends, with defaults for the rest. All have the same
 * size, and let a caller wait for at most 30 s.
 */
public enum JdbcPeer {
    ROCKPOOL("Rockpool") {
        @Override
        Settings settings(Room room, Target target) {
            return new Settings().set("maxSize", room.max()).set("minIdle", room.min());
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) {
            RockpoolDataSource dataSource = RockpoolDataSource.builder()
                    .name(NAME)
                    .url(target.url())
                    .driverClassName(target.driver())
                    .username(target.user())
                    .password(target.password())
                    .maxSize(Integer.parseInt(settings.get("maxSize")))
                    .minIdle(Integer.parseInt(settings.get("minIdle")))
                    .build();
            return new OpenPool(dataSource, () -> dataSource.close(Duration.ZERO));
        }
    },

    /** Its documentation recommends a fixed size, which it has if the room is fixed. */
    HIKARICP("HikariCP") {
        @Override
        Settings settings(Room room, Target target) {
            return new Settings().set("maximumPoolSize", room.max()).set("minimumIdle", room.min());
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) {
            HikariConfig config = new HikariConfig(Settings.of(settings)
                    .set("poolName", NAME)
                    .set("jdbcUrl", target.url())
                    .set("driverClassName", target.driver())
                    .setIfGiven("username", target.user())
                    .setIfGiven("password", target.password())
                    .asProperties());
            HikariDataSource dataSource = new HikariDataSource(config);
            return new OpenPool(dataSource, dataSource::close);
        }
    },

    /**
     * By default it does not validate, does not bound the wait for a connection, and treats no error as fatal. All
     * three are configured. It validates in the background.
     */
    AGROAL("Agroal") {
        @Override
        Settings settings(Room room, Target target) {
            Settings settings = new Settings()
                    .set("initialSize", room.min())
                    .set("minSize", room.min())
                    .set("maxSize", room.max())
                    .set("acquisitionTimeout_s", ACQUIRE_SECONDS)
                    .set("connectionValidator", "default")
                    .set("validationTimeout_m", 2);
            return target.isPostgres()
                    ? settings.set("exceptionSorter", "io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter")
                    : settings;
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) throws Exception {
            Map<String, String> all = Settings.of(settings)
                    .set("jdbcUrl", target.url())
                    .set("providerClassName", target.driver())
                    .setIfGiven("principal", target.user())
                    .setIfGiven("credential", target.password())
                    .asMap();
            AgroalDataSource dataSource = AgroalDataSource.from(new AgroalPropertiesReader().readProperties(all));
            return new OpenPool(dataSource, dataSource::close);
        }
    },

    /** Fair, and validates connections that were idle for five seconds, both by default. */
    VIBUR("Vibur") {
        @Override
        Settings settings(Room room, Target target) {
            return new Settings()
                    .set("poolInitialSize", room.min())
                    .set("poolMaxSize", room.max())
                    .set("connectionTimeoutInMs", ACQUIRE_MILLIS)
                    .set("testConnectionQuery", "isValid");
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) {
            ViburDBCPDataSource dataSource = new ViburDBCPDataSource(Settings.of(settings)
                    .set("jdbcUrl", target.url())
                    .set("driverClassName", target.driver())
                    .setIfGiven("username", target.user())
                    .setIfGiven("password", target.password())
                    .asProperties());
            dataSource.start();
            return new OpenPool(dataSource, dataSource::terminate);
        }
    },

    /**
     * The example in its documentation: tests connections before lending, at most once per interval, restores what was
     * changed, and closes statements.
     */
    TOMCAT("Tomcat JDBC") {
        @Override
        Settings settings(Room room, Target target) {
            return new Settings()
                    .set("initialSize", room.min())
                    .set("minIdle", room.min())
                    .set("maxIdle", room.max())
                    .set("maxActive", room.max())
                    .set("maxWait", ACQUIRE_MILLIS)
                    .set("testOnBorrow", true)
                    .set("jdbcInterceptors", "ConnectionState;StatementFinalizer");
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) throws Exception {
            var dataSource = (org.apache.tomcat.jdbc.pool.DataSource) new DataSourceFactory()
                    .createDataSource(byUrl(target, settings).asProperties());
            return new OpenPool(dataSource, () -> dataSource.close(true));
        }
    },

    /** Tests connections before lending, by default. */
    DBCP2("DBCP2") {
        @Override
        Settings settings(Room room, Target target) {
            return new Settings()
                    .set("initialSize", room.min())
                    .set("minIdle", room.min())
                    .set("maxIdle", room.max())
                    .set("maxTotal", room.max())
                    .set("maxWaitMillis", ACQUIRE_MILLIS);
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) throws Exception {
            BasicDataSource dataSource = BasicDataSourceFactory.createDataSource(
                    byUrl(target, settings).asProperties());
            return new OpenPool(dataSource, dataSource::close);
        }
    },

    /** What its documentation advises if a test before lending costs too much: test returned and idle connections. */
    C3P0("c3p0") {
        @Override
        Settings settings(Room room, Target target) {
            return new Settings()
                    .set("initialPoolSize", room.min())
                    .set("minPoolSize", room.min())
                    .set("maxPoolSize", room.max())
                    .set("checkoutTimeout", ACQUIRE_MILLIS)
                    .set("testConnectionOnCheckin", true)
                    .set("idleConnectionTestPeriod", 30);
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) throws Exception {
            Class.forName(target.driver());
            var unpooled = target.user() == null
                    ? DataSources.unpooledDataSource(target.url())
                    : DataSources.unpooledDataSource(target.url(), target.user(), target.password());
            PooledDataSource dataSource = (PooledDataSource) DataSources.pooledDataSource(unpooled, settings);
            // The pool starts with its first caller.
            dataSource.getConnection().close();
            return new OpenPool(dataSource, dataSource::close);
        }
    },

    /** The example in its documentation: tests connections that were idle when they are lent. */
    DRUID("Druid") {
        @Override
        Settings settings(Room room, Target target) {
            return new Settings()
                    .set("initialSize", room.min())
                    .set("minIdle", room.min())
                    .set("maxActive", room.max())
                    .set("maxWait", ACQUIRE_MILLIS)
                    .set("validationQuery", "select 1")
                    .set("testWhileIdle", true)
                    .set("testOnBorrow", false)
                    .set("testOnReturn", false);
        }

        @Override
        OpenPool start(Target target, Map<String, String> settings) throws Exception {
            DruidDataSource dataSource = (DruidDataSource) DruidDataSourceFactory.createDataSource(
                    byUrl(target, settings).set("init", true).asProperties());
            return new OpenPool(dataSource, dataSource::close);
        }
    };

    private static final String NAME = "bench";
    private static final int ACQUIRE_SECONDS = 30;
    private static final long ACQUIRE_MILLIS = TimeUnit.SECONDS.toMillis(ACQUIRE_SECONDS);

    private final String title;
    private final String key;

    JdbcPeer(String title) {
        this.title = title;
        this.key = name().toLowerCase(Locale.ROOT);
    }

    /** The pool's official name. */
    public String title() {
        return title;
    }

    /** The name in options and results. */
    public String key() {
        return key;
    }

    /** The settings, without the database and the login. */
    public Map<String, String> settingsFor(Room room, Target target) {
        return settings(room, target).asMap();
    }

    /** Opens a pool. Its connections may still be opening. */
    public OpenPool open(Target target, Room room) throws Exception {
        return start(target, settingsFor(room, target));
    }

    abstract Settings settings(Room room, Target target);

    abstract OpenPool start(Target target, Map<String, String> settings) throws Exception;

    /** Tomcat, DBCP2 and Druid use the same names. */
    private static Settings byUrl(Target target, Map<String, String> settings) {
        return Settings.of(settings)
                .set("url", target.url())
                .set("driverClassName", target.driver())
                .setIfGiven("username", target.user())
                .setIfGiven("password", target.password());
    }
}
