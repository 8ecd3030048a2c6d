package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Reads and restores session attributes. Uses JDBC, unless its getter returns less than the setter needs; then it uses
 * the vendor's own way.
 */
class StateAccess {
    final Connection driver;

    StateAccess(Connection driver) {
        this.driver = driver;
    }

    static StateAccess of(ConnectionPolicy policy, Connection driver) {
        return switch (policy.vendor()) {
            case POSTGRESQL -> PgDriver.behind(driver) == null ? new StateAccess(driver) : new OfPostgres(driver);
            case MYSQL -> new OfMySql(driver, policy);
            case H2 -> new OfH2(driver);
            default -> new StateAccess(driver);
        };
    }

    Object read(SessionAttribute attribute) throws SQLException {
        return attribute.read(driver);
    }

    void write(SessionAttribute attribute, Object value) throws SQLException {
        attribute.write(driver, value);
    }

    /** Whether the meaning of names can be restored after this text has changed it. */
    boolean setsBackNames(String sql) {
        return true;
    }

    /** Whether all statements of a connection share one query timeout. */
    boolean sharesQueryTimeout() {
        return false;
    }

    /** The values of the single row of this query. */
    final String[] ask(String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = driver.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) statement.setString(i + 1, parameters[i]);
            try (ResultSet row = statement.executeQuery()) {
                String[] values = new String[row.getMetaData().getColumnCount()];
                if (row.next()) for (int i = 0; i < values.length; i++) values[i] = row.getString(i + 1);
                return values;
            }
        }
    }

    /** PostgreSQL: the getter returns only the first schema of the path, and there is none for the role. */
    private static final class OfPostgres extends StateAccess {
        private static final String SET = "set_config(?, ?, false)";

        OfPostgres(Connection driver) {
            super(driver);
        }

        @Override
        Object read(SessionAttribute attribute) throws SQLException {
            return switch (attribute) {
                case SCHEMA -> ask("select current_setting('search_path')")[0];
                case ROLE -> ask("select session_user, current_setting('role')");
                case TRANSACTIONS ->
                    ask("select current_setting('default_transaction_isolation'),"
                            + " current_setting('default_transaction_read_only')");
                default -> super.read(attribute);
            };
        }

        @Override
        void write(SessionAttribute attribute, Object value) throws SQLException {
            switch (attribute) {
                case SCHEMA -> SearchPath.set(driver, (String) value);
                case ROLE -> {
                    String[] roles = (String[]) value;
                    ask("select " + SET + ", " + SET, "session_authorization", roles[0], "role", roles[1]);
                }
                case TRANSACTIONS -> {
                    String[] both = (String[]) value;
                    ask("select " + SET, "default_transaction_isolation", both[0]);
                    ask("select " + SET, "default_transaction_read_only", both[1]);
                }
                default -> super.write(attribute, value);
            }
        }
    }

    /** MySQL and MariaDB: JDBC has no roles. */
    private static final class OfMySql extends StateAccess {
        private static final String MYSQL = "com.mysql.";

        private final boolean cachesWrongly;

        OfMySql(Connection driver, ConnectionPolicy policy) {
            super(driver);
            cachesWrongly =
                    policy.driverMayCache() && driver.getClass().getName().startsWith(MYSQL);
        }

        /** MySQL's driver does not notice a USE, and keeps cached statements of the previous database. */
        @Override
        boolean setsBackNames(String sql) {
            return !cachesWrongly;
        }

        @Override
        Object read(SessionAttribute attribute) throws SQLException {
            return switch (attribute) {
                case ROLE -> ask("select current_role()")[0];
                case TRANSACTIONS -> ask("select @@session.transaction_isolation, @@session.transaction_read_only");
                default -> super.read(attribute);
            };
        }

        @Override
        void write(SessionAttribute attribute, Object value) throws SQLException {
            switch (attribute) {
                case ROLE -> run("set role " + roles((String) value));
                case TRANSACTIONS -> {
                    String[] both = (String[]) value;
                    run("set session transaction_isolation = '" + both[0] + "'");
                    run("set session transaction_read_only = " + both[1]);
                }
                default -> super.write(attribute, value);
            }
        }

        private void run(String sql) throws SQLException {
            try (Statement statement = driver.createStatement()) {
                statement.execute(sql);
            }
        }

        /** MySQL quotes roles and may return a list. */
        private static String roles(String value) {
            if (value == null || value.equals("NONE")) return "none";
            return value.startsWith("`") ? value : "`" + value + "`";
        }
    }

    /** H2: the query timeout is a session setting in milliseconds, which the driver remembers in seconds. */
    private static final class OfH2 extends StateAccess {
        private static final String TIMEOUT =
                "select setting_value from information_schema.settings where setting_name = 'QUERY_TIMEOUT'";

        OfH2(Connection driver) {
            super(driver);
        }

        /** H2 also has a schema search path, which cannot be read. */
        @Override
        boolean setsBackNames(String sql) {
            return !SqlTexts.has(sql, 0, sql.length(), "schema_search_path");
        }

        @Override
        boolean sharesQueryTimeout() {
            return true;
        }

        @Override
        Object read(SessionAttribute attribute) throws SQLException {
            return attribute == SessionAttribute.QUERY_TIMEOUT ? ask(TIMEOUT)[0] : super.read(attribute);
        }

        @Override
        void write(SessionAttribute attribute, Object value) throws SQLException {
            if (attribute != SessionAttribute.QUERY_TIMEOUT) {
                super.write(attribute, value);
                return;
            }
            int millis = value == null ? 0 : Integer.parseInt((String) value);
            try (Statement statement = driver.createStatement()) {
                statement.setQueryTimeout(millis / 1000);
                if (millis % 1000 != 0) statement.execute("set query_timeout " + millis);
            }
        }
    }
}
