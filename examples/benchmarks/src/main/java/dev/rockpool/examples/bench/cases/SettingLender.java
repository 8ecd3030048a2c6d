package dev.rockpool.examples.bench.cases;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Takes a connection and sets the search path of a tenant, each time. */
final class SettingLender implements Lender {
    private final DataSource pool;
    private final Zipf tenants;

    SettingLender(DataSource pool, Zipf tenants) {
        this.pool = pool;
        this.tenants = tenants;
    }

    @Override
    public Connection take() throws SQLException {
        Connection connection = pool.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set search_path to " + TagsCase.schema(tenants.next()));
        }
        return connection;
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        connection.close();
    }
}
