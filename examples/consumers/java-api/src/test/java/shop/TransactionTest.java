package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Backoff;
import dev.rockpool.Priority;
import dev.rockpool.jdbc.Retry;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.TransactionOptions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions for threads. */
class TransactionTest {
    private final RockpoolDataSource dataSource = RockpoolDataSource.builder()
            .url("jdbc:h2:mem:transactions")
            .initSql("create table if not exists orders(id int primary key)")
            .build();

    @AfterEach
    void close() {
        dataSource.close();
    }

    @Test
    void aTransactionIsCommittedWithItsSavepoints() throws SQLException {
        var hooks = new ArrayList<String>();
        int attempt = dataSource.transaction((transaction, connection) -> {
            insert(connection, 1);
            transaction.afterCommit(() -> hooks.add("committed"));
            transaction.afterRollback(() -> hooks.add("rolled back"));
            transaction.useSavepoint(() -> insert(connection, 2));
            assertEquals(2, (int) transaction.savepoint(() -> count(connection)));
            return transaction.attempt();
        });
        assertEquals(1, attempt);
        assertEquals(List.of("committed"), hooks);
        assertEquals(2, (int) dataSource.withConnection(TransactionTest::count));
    }

    @Test
    void anExceptionOfTheWorkRollsBackAndReachesTheCaller() throws SQLException {
        assertThrows(
                IOException.class,
                () -> dataSource.useTransaction((transaction, connection) -> {
                    insert(connection, 3);
                    throw new IOException("no");
                }));
        assertEquals(0, (int) dataSource.withConnection(TransactionTest::count));
    }

    @Test
    void optionsSayHow() throws SQLException {
        var retry = new Retry(3, Backoff.fixed(Duration.ofMillis(1))).alsoOn(IllegalStateException.class::isInstance);
        var options = TransactionOptions.defaults()
                .isolation(Connection.TRANSACTION_SERIALIZABLE)
                .readOnly(false)
                .timeout(Duration.ofSeconds(10))
                .priority(Priority.HIGH)
                .retry(retry);
        assertEquals(Connection.TRANSACTION_SERIALIZABLE, options.getIsolation());
        assertEquals(false, options.getReadOnly());
        assertEquals(Duration.ofSeconds(10), options.getTimeout());
        assertEquals(Priority.HIGH, options.getPriority());
        assertEquals(retry, options.getRetry());
        int attempts = dataSource.transaction(options, (transaction, connection) -> {
            if (transaction.attempt() < 3) throw new IllegalStateException("once more");
            return transaction.attempt();
        });
        assertEquals(3, attempts);
        dataSource.useTransaction(options, (transaction, connection) -> insert(connection, 4));
        assertNull(TransactionOptions.defaults().getIsolation(), "as the connection has it");
        assertTrue(options.toString().contains("HIGH"), options::toString);
    }

    @Test
    void aRetryIsAValue() {
        assertEquals(1, Retry.none().getAttempts());
        assertEquals(Retry.conflicts(), new Retry());
        assertEquals(7, new Retry(7).getAttempts());
        assertEquals(new Retry().getBackoff(), new Retry(7).getBackoff());
    }

    private static void insert(Connection connection, int id) throws SQLException {
        try (var statement = connection.prepareStatement("insert into orders values (?)")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }

    private static int count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from orders")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
