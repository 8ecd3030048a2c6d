package dev.rockpool.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.logging.Logger;

/** An application with a pool, which {@link ContainerTest} runs in a class loader of its own. It says who loaded the pool. */
public class ContainerApp implements Callable<ClassLoader> {
    @Override
    public ClassLoader call() throws SQLException {
        try (RockpoolDataSource pool = RockpoolDataSource.builder()
                .name("container")
                .url("jdbc:late:container")
                .maxSize(2)
                .statementCacheSize(4)
                .queryTimeout(Duration.ofSeconds(30))
                .leakThreshold(Duration.ofMinutes(1))
                .build()) {
            for (int i = 0; i < 3; i++) pool.withConnection(ContainerApp::use);
            pool.transaction((transaction, connection) -> use(connection));
            exhaust(pool);
        } finally {
            for (Driver driver : Collections.list(DriverManager.getDrivers())) DriverManager.deregisterDriver(driver);
        }
        return RockpoolDataSource.class.getClassLoader();
    }

    private static Object use(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("select 1");
                var rows = statement.executeQuery()) {
            return rows.next();
        }
    }

    private static void exhaust(RockpoolDataSource pool) throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            while (true) held.add(pool.getConnection(Duration.ofMillis(held.size() < 2 ? 30_000 : 1)));
        } catch (SQLException e) {
            for (Connection connection : held) connection.close();
        }
    }

    /** A driver that only this application has. The application declares it as a service. */
    public static final class LateDriver implements Driver {
        private final Driver h2 = new org.h2.Driver();

        @Override
        public Connection connect(String url, Properties info) throws SQLException {
            return acceptsURL(url) ? h2.connect("jdbc:h2:mem:container;DB_CLOSE_DELAY=0", info) : null;
        }

        @Override
        public boolean acceptsURL(String url) {
            return url.startsWith("jdbc:late:");
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return true;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }
    }
}
