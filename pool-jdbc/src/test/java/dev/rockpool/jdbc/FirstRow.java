package dev.rockpool.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A program of {@link ColdStartTest}: reads one row of H2, with or without a pool. */
public final class FirstRow {
    private static final String URL = "jdbc:h2:mem:first;DB_CLOSE_DELAY=-1";

    private FirstRow() {}

    /** @param args "pool" for a pool, else only the driver */
    public static void main(String[] args) throws SQLException {
        if (args[0].equals("pool")) {
            RockpoolDataSource pool = new RockpoolDataSource();
            pool.setUrl(URL);
            try (Connection connection = pool.getConnection()) {
                read(connection);
            }
        } else {
            try (Connection connection = DriverManager.getConnection(URL)) {
                read(connection);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select 1")) {
            row.next();
        }
    }
}
