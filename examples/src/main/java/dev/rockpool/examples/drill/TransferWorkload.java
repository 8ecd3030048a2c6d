package dev.rockpool.examples.drill;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.random.RandomGenerator;

/**
 * Moves money between two random accounts. Each transaction happens as a whole or not at all. So the sum over all
 * accounts stays the same, even if the outcome of a commit is unknown.
 */
final class TransferWorkload implements Workload {
    static final String TABLE = "rockpool_drill_accounts";
    static final int ACCOUNTS = 1_000;
    static final int OPENING_BALANCE = 1_000;

    private static final String MOVE = "update " + TABLE + " set balance = balance + ? where id = ?";

    @Override
    public void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists " + TABLE);
            statement.execute("create table " + TABLE + " (id int primary key, balance bigint not null)");
            statement.execute("insert into %s select id, %d from generate_series(1, %d) id"
                    .formatted(TABLE, OPENING_BALANCE, ACCOUNTS));
        }
    }

    @Override
    public boolean isTransactional() {
        return true;
    }

    @Override
    public void run(Connection connection, RandomGenerator random) throws SQLException {
        int one = 1 + random.nextInt(ACCOUNTS);
        int other = 1 + (one + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        int amount = random.nextInt(-100, 101);
        try (PreparedStatement move = connection.prepareStatement(MOVE)) {
            // Lower id first, so that two transfers between the same accounts never deadlock.
            move(move, Math.min(one, other), amount);
            move(move, Math.max(one, other), -amount);
        }
    }

    @Override
    public Check verify(Connection connection) throws SQLException {
        long expected = (long) ACCOUNTS * OPENING_BALANCE;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select coalesce(sum(balance), 0) from " + TABLE)) {
            rows.next();
            long sum = rows.getLong(1);
            return new Check(
                    "the money adds up",
                    sum == expected,
                    "%,d in %,d accounts, expected %,d".formatted(sum, ACCOUNTS, expected));
        }
    }

    @Override
    public void cleanUp(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists " + TABLE);
        }
    }

    private static void move(PreparedStatement move, int account, int amount) throws SQLException {
        move.setInt(1, amount);
        move.setInt(2, account);
        if (move.executeUpdate() != 1) throw new SQLException("account " + account + " is missing");
    }
}
