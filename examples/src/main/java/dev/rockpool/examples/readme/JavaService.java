package dev.rockpool.examples.readme;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.SQLException;

/** The README's Java, compiled. */
public final class JavaService {
    private JavaService() {}

    /** Returns how many orders there are. */
    public static int countOrders(String jdbcUrl) throws SQLException {
        // region java
        try (var dataSource = RockpoolDataSource.builder().url(jdbcUrl).build();
                var connection = dataSource.getConnection();
                var orders = connection.createStatement().executeQuery("select count(*) from orders")) {
            return orders.next() ? orders.getInt(1) : 0;
        }
        // endregion
    }
}
