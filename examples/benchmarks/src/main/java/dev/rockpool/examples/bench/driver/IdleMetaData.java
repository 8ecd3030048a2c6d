package dev.rockpool.examples.bench.driver;

import java.sql.Connection;

/** The metadata that a pool may read before it accepts a driver. */
final class IdleMetaData extends DatabaseMetaDataDefaults {
    private final Connection connection;

    IdleMetaData(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public int getJDBCMajorVersion() {
        return 4;
    }

    @Override
    public int getJDBCMinorVersion() {
        return 3;
    }

    @Override
    public String getDriverName() {
        return "idle";
    }

    @Override
    public String getDatabaseProductName() {
        return "nothing";
    }

    @Override
    public String getURL() {
        return "jdbc:nothing";
    }

    @Override
    public boolean supportsTransactions() {
        return true;
    }
}
