package dev.rockpool.examples.bench.cases;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The source of one caller's connections. Used only by that caller. */
interface Lender {
    Connection take() throws SQLException;

    void giveBack(Connection connection) throws SQLException;

    /** Takes connections from a pool. */
    static Lender pool(DataSource dataSource) {
        return new Lender() {
            @Override
            public Connection take() throws SQLException {
                return dataSource.getConnection();
            }

            @Override
            public void giveBack(Connection connection) throws SQLException {
                connection.close();
            }
        };
    }

    /** Always lends the same connection, which no other caller uses. */
    static Lender own(String url, String user, String password) {
        try {
            Connection own = DriverManager.getConnection(url, user, password);
            return new Lender() {
                @Override
                public Connection take() {
                    return own;
                }

                @Override
                public void giveBack(Connection connection) {
                    // the caller keeps it
                }
            };
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
