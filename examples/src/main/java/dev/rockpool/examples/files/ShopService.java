package dev.rockpool.examples.files;

import dev.rockpool.jdbc.PoolsFile;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.RunningPools;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A service with two databases. Their pools follow a file while the service runs. */
public final class ShopService implements AutoCloseable {
    private final RunningPools pools;
    private final RockpoolDataSource orders;
    private final RockpoolDataSource reports;

    public ShopService(Path file) throws IOException {
        pools = PoolsFile.load(file).open();
        orders = pools.dataSource("orders");
        reports = pools.dataSource("reports");
    }

    /** Stores an order in one database, and reports it in the other. Returns the number of the order. */
    public int order(String item) throws SQLException {
        int number = orders.transaction((transaction, connection) -> {
            try (var insert = connection.prepareStatement("insert into orders (item) values (?) returning number")) {
                insert.setString(1, item);
                var row = insert.executeQuery();
                row.next();
                return row.getInt(1);
            }
        });
        reports.useConnection(connection -> {
            try (var insert = connection.prepareStatement("insert into reported values (?)")) {
                insert.setInt(1, number);
                insert.executeUpdate();
            }
        });
        return number;
    }

    /** The pools, for operators. */
    public RunningPools pools() {
        return pools;
    }

    @Override
    public void close() {
        pools.close();
    }
}
