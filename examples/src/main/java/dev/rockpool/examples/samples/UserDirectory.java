package dev.rockpool.examples.samples;

import dev.rockpool.jdbc.BatchedStatement;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Finds users by their numbers, and notes the pages that they visit, for many callers at once. While all connections
 * are in use, the calls of several callers are sent together.
 */
public final class UserDirectory {
    private final BatchedStatement<Long, Optional<String>> nameById;
    private final BatchedStatement<Visit, Integer> addVisit;

    private record Visit(long user, String page) {}

    public UserDirectory(RockpoolDataSource database) {
        // region batched
        nameById = database.batchedQuery(
                "select name from users where id = ?",
                (statement, id) -> statement.setLong(1, id),
                rows -> rows.next() ? Optional.of(rows.getString(1)) : Optional.empty());
        addVisit = database.batchedUpdate("insert into visits (user_id, page) values (?, ?)", (statement, visit) -> {
            statement.setLong(1, visit.user());
            statement.setString(2, visit.page());
        });
        // endregion
    }

    /** The name of a user. For threads, which may wait. */
    public Optional<String> nameOf(long user) throws SQLException {
        return nameById.call(user);
    }

    /** Notes a visit. The future fails with the error of this visit, whatever happens to others. */
    public CompletableFuture<Integer> visited(long user, String page) {
        return addVisit.callAsync(new Visit(user, page));
    }

    /** How many statements were sent, for how many calls. */
    public String statistics() {
        return "names: " + nameById.stats() + ", visits: " + addVisit.stats();
    }
}
