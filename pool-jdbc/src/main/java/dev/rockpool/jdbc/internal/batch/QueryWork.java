package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.jdbc.SqlFunctions;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Runs queries. Several are sent as one statement that consists of copies joined by semicolons. It returns a result for
 * each. A driver that cannot do that gets them one by one.
 *
 * <p>The number of copies is rounded up. The last call is repeated for that, and its further results are not read.
 */
public final class QueryWork<A, R> implements BatchWork<A, R> {
    private static final String SEPARATOR = ";";

    private final BatchSql sql;
    private final SqlFunctions.Bind<? super A> bind;
    private final SqlFunctions.Read<? extends R> read;
    private final int most;

    /** The joined statements by their number of copies. Kept because drivers find statements by their text. */
    private final AtomicReferenceArray<String> joined;

    /** @param most the largest batch */
    public QueryWork(BatchSql sql, SqlFunctions.Bind<? super A> bind, SqlFunctions.Read<? extends R> read, int most) {
        this.sql = sql;
        this.bind = bind;
        this.read = read;
        this.most = most;
        this.joined = new AtomicReferenceArray<>(most + 1);
    }

    @Override
    public R runAlone(PooledConnection connection, A key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            bind.bind(Binding.alone(statement), key);
            try (ResultSet rows = statement.executeQuery()) {
                return read.read(rows);
            }
        }
    }

    @Override
    public boolean runTogether(PooledConnection connection, List<? extends BatchItem<A, R>> calls) {
        if (sql.kind() != BatchSql.Kind.READ || !connection.joinsQueries()) {
            runEach(connection, calls);
            return false;
        }
        try {
            sendJoined(connection, calls);
            return true;
        } catch (SQLException e) { // of one of them, or of the connection
            if (BatchWork.endFailed(connection)) runEach(connection, calls);
            return false;
        }
    }

    private void sendJoined(PooledConnection connection, List<? extends BatchItem<A, R>> calls) throws SQLException {
        int copies = BatchSizes.atLeast(calls.size(), most);
        try (PreparedStatement statement = connection.prepareStatement(joined(copies))) {
            List<BatchItem<A, R>> bound = bindAll(statement, calls);
            if (bound.isEmpty()) return;
            BatchItem<A, R> last = bound.get(bound.size() - 1);
            for (int copy = bound.size(); copy < copies; copy++) bind(statement, copy, last);
            boolean hasRows = statement.execute();
            for (BatchItem<A, R> call : bound) {
                if (!hasRows) throw new SQLException("a query of the batch returned no rows");
                readFor(call, statement);
                hasRows = statement.getMoreResults();
            }
        }
    }

    /** Binds the calls, and fails those that cannot be bound. Then the others are bound again, to other copies. */
    private List<BatchItem<A, R>> bindAll(PreparedStatement statement, List<? extends BatchItem<A, R>> calls)
            throws SQLException {
        List<BatchItem<A, R>> bound = new ArrayList<>(calls);
        for (int copy = 0; copy < bound.size(); copy++) {
            BatchItem<A, R> call = bound.get(copy);
            try {
                bind(statement, copy, call);
            } catch (Throwable e) { // of the user's function
                call.fail(e);
                bound.remove(copy);
                statement.clearParameters();
                copy = -1;
            }
        }
        return bound;
    }

    private void bind(PreparedStatement statement, int copy, BatchItem<A, R> call) throws SQLException {
        bind.bind(Binding.copy(statement, copy, sql.parameters()), call.key());
    }

    private void readFor(BatchItem<A, R> call, PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.getResultSet()) {
            R result;
            try {
                result = read.read(rows);
            } catch (Throwable e) { // of the user's function
                call.fail(e);
                return;
            }
            call.succeed(result);
        }
    }

    private String joined(int copies) {
        String text = joined.get(copies);
        if (text == null) {
            text = (sql.text() + SEPARATOR).repeat(copies);
            joined.set(copies, text);
        }
        return text;
    }
}
