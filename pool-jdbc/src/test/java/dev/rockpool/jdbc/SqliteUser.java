package dev.rockpool.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A user of a connection who leaves statements open. */
final class SqliteUser {
    interface Act {
        Object on(SqliteUser user) throws SQLException;
    }

    /** A statement whose rows are open. */
    private record Open(Statement statement, ResultSet rows, boolean writes) {}

    final Connection connection;
    final List<Savepoint> savepoints = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();

    SqliteUser(Connection connection) {
        this.connection = connection;
    }

    /** The result of an action, or its error. */
    record Outcome(Object result, SQLException error) {
        boolean failed() {
            return error != null;
        }
    }

    Outcome does(Act act) {
        try {
            return new Outcome(act.on(this), null);
        } catch (SQLException e) {
            return new Outcome(null, e);
        }
    }

    boolean hasOpen() {
        return !open.isEmpty();
    }

    boolean hasOpenWrites() {
        return open.stream().anyMatch(Open::writes);
    }

    void forgetWrites() {
        open.removeIf(Open::writes);
    }

    Object execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    Object update(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    Object prepared(String sql, int row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, row);
            return statement.executeUpdate();
        }
    }

    Object preparedBatch(String sql, int... rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int row : rows) {
                statement.setInt(1, row);
                statement.addBatch();
            }
            return statement.executeBatch().length;
        }
    }

    Object batch(String... texts) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : texts) statement.addBatch(text);
            return statement.executeBatch().length;
        }
    }

    /** Runs a statement and leaves its rows open, seen or not. */
    Object leavesOpen(String sql, boolean writes, boolean seen) throws SQLException {
        Statement statement = connection.createStatement();
        if (!seen) {
            boolean rows = statement.execute(sql);
            open.add(new Open(statement, null, writes));
            return rows;
        }
        ResultSet rows = statement.executeQuery(sql);
        open.add(new Open(statement, rows, writes));
        return rows.next();
    }

    /** Closes some open rows in one of several ways. */
    Object closes(int which, int how) throws SQLException {
        Open closing = open.remove(which % open.size());
        try {
            if (closing.rows == null || how == 0) closing.statement.close();
            else if (how == 1) closing.rows.close();
            else if (how == 2) while (closing.rows.next()) continue;
            else closing.statement.execute("select 1");
        } finally {
            closing.statement.close();
        }
        return null;
    }

    Object metadata() throws SQLException {
        try (ResultSet none = connection.getMetaData().getTables(null, null, "nothing", null)) {
            return none.next();
        }
    }
}
