package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.errors.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules for settings if the database is SQLite. */
public final class SqliteRules {
    private SqliteRules() {}

    /** @param keepsOne whether the pool permanently keeps one connection and has no other */
    public static List<String> problems(String url, Map<String, String> properties, boolean keepsOne) {
        SqliteUrl database = SqliteUrl.of(url, properties);
        List<String> problems = new ArrayList<>();
        if (database == null) return problems;
        if (!SqliteUrl.MODES.contains(database.transactionMode()))
            problems.add("transaction_mode is '" + database.transactionMode() + "' but must be one of "
                    + String.join(", ", SqliteUrl.MODES));
        // Each connection would have its own database, which would end when the connection is retired.
        if (database.isPrivate() && !keepsOne)
            problems.add("url is '" + Secrets.mask(url)
                    + "', a database in the memory of one connection, but must be one that all connections share: "
                    + "jdbc:sqlite:file:NAME?mode=memory&cache=shared; unless maxSize is 1 and "
                    + "that connection is kept for good (maxLifetime null, minIdle 1)");
        return problems;
    }
}
