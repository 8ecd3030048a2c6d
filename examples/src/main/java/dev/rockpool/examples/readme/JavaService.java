package dev.rockpool.examples.readme;

import dev.rockpool.jdbc.Retry;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.TransactionOptions;
import java.sql.Connection;
import java.sql.SQLException;

/** The README's Java, compiled. */
public final class JavaService {
    private JavaService() {}

    /** Returns how many orders there are. */
    public static int countOrders(String jdbcUrl) throws SQLException {
        // region java
        try (var dataSource = RockpoolDataSource.builder().url(jdbcUrl).build();
                var connection = dataSource.getConnection();
                var orders = connection.createStatement().executeQuery("select count(*) from orders")) {
            return orders.next() ? orders.getInt(1) : 0;
        }
        // endregion
    }

    /** The README's transaction: the one of docs/transactions.md in Java, without a savepoint. */
    public static int transfer(RockpoolDataSource dataSource, int from, int to, int amount) throws SQLException {
        // region java transaction
        var options = TransactionOptions.defaults()
                .isolation(Connection.TRANSACTION_SERIALIZABLE)
                .retry(Retry.conflicts());
        return dataSource.transaction(options, (tx, c) -> {
            change(c, from, -amount);
            change(c, to, amount);
            tx.afterCommit(() -> System.out.println("moved " + amount + " in attempt " + tx.attempt()));
            return balance(c, from);
        });
        // endregion
    }

    private static void change(Connection connection, int account, int amount) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate("update account set balance = balance + " + amount + " where id = " + account);
        }
    }

    private static int balance(Connection connection, int account) throws SQLException {
        try (var statement = connection.createStatement();
                var accounts = statement.executeQuery("select balance from account where id = " + account)) {
            accounts.next();
            return accounts.getInt(1);
        }
    }
}
