package dev.rockpool.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/** An application with a pool, which {@link ContainerTest} runs in a class loader of its own. It says who loaded the pool. */
public class ContainerApp implements Callable<ClassLoader> {
    @Override
    public ClassLoader call() throws SQLException {
        try (RockpoolDataSource pool = RockpoolDataSource.builder()
                .name("container")
                .url("jdbc:h2:mem:container")
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
}
