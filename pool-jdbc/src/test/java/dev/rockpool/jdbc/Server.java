package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The databases for tests of session state, each with its own database. */
enum Server {
    H2 {
        @Override
        JdbcBuilder<RockpoolDataSource> open(String options) {
            return RockpoolDataSource.builder().url("jdbc:h2:mem:sessions;DB_CLOSE_DELAY=-1" + options);
        }

        @Override
        Connection direct() throws SQLException {
            return DriverManager.getConnection("jdbc:h2:mem:sessions;DB_CLOSE_DELAY=-1");
        }
    },
    POSTGRESQL {
        @Override
        JdbcBuilder<RockpoolDataSource> open(String options) {
            return RockpoolDataSource.builder()
                    .url(Postgres.INSTANCE.getUrl() + options)
                    .username(Postgres.USER);
        }

        @Override
        Connection direct() {
            return Postgres.INSTANCE.direct();
        }
    },
    MARIADB {
        @Override
        JdbcBuilder<RockpoolDataSource> open(String options) {
            return Maria.open("mariadb", options);
        }

        @Override
        Connection direct() throws SQLException {
            return Maria.direct();
        }
    },
    /** MySQL's driver, on the same server. */
    MYSQL_DRIVER {
        @Override
        JdbcBuilder<RockpoolDataSource> open(String options) {
            return Maria.open("mysql", options);
        }

        @Override
        Connection direct() throws SQLException {
            return Maria.direct();
        }
    };

    /** A builder for a pool of one connection that is never probed. */
    final JdbcBuilder<RockpoolDataSource> pool(String options) {
        return open(options).name("sessions").maxSize(1).minIdle(0).trustWindow(null);
    }

    /**
     * A builder.
     *
     * @param options added to the URL
     */
    abstract JdbcBuilder<RockpoolDataSource> open(String options);

    /** Opens a connection outside any pool. */
    abstract Connection direct() throws SQLException;

    static void run(Connection connection, String... texts) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : texts) statement.execute(text);
        }
    }

    /** Returns the first value of this query; null without a row. */
    static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /** Returns all values of the first column. */
    static List<String> askAll(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var all = new java.util.ArrayList<String>();
            while (rows.next()) all.add(rows.getString(1));
            return all;
        }
    }

    /** The tests' MariaDB, for two drivers. */
    private static final class Maria {
        static final String USER = "sessions";
        static final String PASSWORD = "secret-of-sessions";
        static final String URL = create();

        private Maria() {}

        private static String create() {
            if (MariaDb.INSTANCE.getMissing() != null) return null;
            MariaDb.INSTANCE.create("sessions", USER, PASSWORD);
            return MariaDb.INSTANCE.url("sessions");
        }

        static JdbcBuilder<RockpoolDataSource> open(String driver, String options) {
            assumeTrue(URL != null, MariaDb.INSTANCE::getMissing);
            String url = URL.replace("jdbc:mariadb:", "jdbc:" + driver + ":");
            if (options.startsWith("/")) url = url.replace("/sessions", ""); // no database
            return RockpoolDataSource.builder()
                    .url(url + options)
                    .username(USER)
                    .password(PASSWORD);
        }

        static Connection direct() throws SQLException {
            assumeTrue(URL != null, MariaDb.INSTANCE::getMissing);
            return DriverManager.getConnection(URL, USER, PASSWORD);
        }
    }
}
