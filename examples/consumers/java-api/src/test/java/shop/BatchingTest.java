package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import dev.rockpool.jdbc.BatchOptions;
import dev.rockpool.jdbc.BatchStats;
import dev.rockpool.jdbc.BatchedStatement;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.SqlFunctions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Statements whose calls are sent together. */
class BatchingTest {
    private static final BatchOptions OPTIONS = BatchOptions.defaults()
            .maxBatch(8)
            .maxPending(100)
            .timeout(Duration.ofSeconds(5))
            .priority(Priority.HIGH);

    @Test
    void callsOfSeveralCallersAreSentTogether() throws SQLException {
        try (RockpoolDataSource database = RockpoolDataSource.builder()
                .name("batching")
                .url("jdbc:h2:mem:java-batching")
                .maxSize(1)
                .build()) {
            database.useConnection(
                    c -> c.createStatement().execute("create table item (id int primary key, name varchar(9))"));
            BatchedStatement<Integer, Integer> add =
                    database.batchedUpdate("insert into item values (?, 'new')", (s, id) -> s.setInt(1, id));
            BatchedStatement<Integer, String> find = database.batchedQuery(
                    "select name from item where id = ?",
                    (s, id) -> s.setInt(1, id),
                    rows -> rows.next() ? rows.getString(1) : null,
                    OPTIONS);
            assertEquals(1, add.call(1));
            assertEquals("new", find.call(1));
            assertNull(find.callAsync(2).join());
            assertEquals(OPTIONS, find.getOptions());

            var busy = database.getConnection();
            var waiting = Stream.of(2, 3, 1).map(add::callAsync).toList();
            assertEquals(3, add.stats().getPending());
            busy.close();
            assertEquals(
                    List.of(true, true, false),
                    waiting.stream()
                            .map(call -> call.handle((rows, error) -> error == null).join())
                            .toList());
            BatchStats stats = add.stats();
            assertEquals(4, stats.getCalls());
            assertEquals(2, stats.getBatches());
            assertEquals(1, stats.getSplits());
            assertEquals(3, stats.getLargest());
            assertFalse(stats.toString().isEmpty());
            assertTrue(add.toString().contains("'batching'"));
            assertThrows(SQLException.class, () -> add.call(1));
        }
    }

    @Test
    void theFunctionsAreOrdinaryInterfaces() throws SQLException {
        try (RockpoolDataSource database = RockpoolDataSource.builder()
                .name("functions")
                .url("jdbc:h2:mem:java-batching-functions")
                .build()) {
            SqlFunctions.Bind<String> bind = new SqlFunctions.Bind<>() {
                @Override
                public void bind(PreparedStatement statement, String key) throws SQLException {
                    statement.setString(1, key);
                }
            };
            SqlFunctions.Read<String> read = new SqlFunctions.Read<>() {
                @Override
                public String read(ResultSet rows) throws SQLException {
                    rows.next();
                    return rows.getString(1);
                }
            };
            assertEquals("a", database.batchedQuery("select cast(? as varchar)", bind, read).call("a"));
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement("select cast(? as varchar)")) {
                bind.bind(statement, "b");
                assertEquals("b", read.read(statement.executeQuery()));
            }
            database.useConnection(c -> c.createStatement().execute("create table word (text varchar(9))"));
            assertEquals(1, database.batchedUpdate("insert into word values (?)", bind, OPTIONS).call("c"));
        }
    }

    @Test
    void optionsAreValues() {
        assertEquals(8, OPTIONS.getMaxBatch());
        assertEquals(100, OPTIONS.getMaxPending());
        assertTrue(OPTIONS.hasTimeout());
        assertEquals(Duration.ofSeconds(5), OPTIONS.getTimeout());
        assertEquals(Priority.HIGH, OPTIONS.getPriority());
        assertFalse(BatchOptions.defaults().hasTimeout());
        assertNotEquals(OPTIONS, BatchOptions.defaults());
        assertEquals(OPTIONS.hashCode(), OPTIONS.timeout(Duration.ofSeconds(5)).hashCode());
        assertTrue(OPTIONS.toString().contains("maxBatch=8"));
    }
}
