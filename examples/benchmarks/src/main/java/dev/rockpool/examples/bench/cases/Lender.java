package dev.rockpool.examples.bench.cases;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Where one caller has its connections from. Used by that caller alone. */
interface Lender {
    Connection take() throws SQLException;

    void giveBack(Connection connection) throws SQLException;

    /** From a pool. */
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

    /** Always the same one, which is nobody else's. */
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
                    // It stays with its only user.
                }
            };
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
