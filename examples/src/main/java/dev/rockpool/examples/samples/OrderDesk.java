package dev.rockpool.examples.samples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A service that writes and reads through one data source. It does not know that a cluster is behind it: writes go to
 * the primary, and what is read-only goes to a standby.
 */
public final class OrderDesk {
    private final DataSource database;

    public OrderDesk(DataSource database) {
        this.database = database;
    }

    public void open() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement create = connection.createStatement()) {
            create.execute("create table if not exists orders (item text primary key)");
        }
    }

    /**
     * Takes an order. It may be repeated after an error, because an order that is there already is not taken twice. The
     * error may have come after the commit.
     */
    public void order(String item) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into orders values (?) on conflict do nothing")) {
            insert.setString(1, item);
            insert.executeUpdate();
        }
    }

    /** How many orders there are, or were a moment ago. */
    public int orders() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setReadOnly(true);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select count(*) from orders")) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
