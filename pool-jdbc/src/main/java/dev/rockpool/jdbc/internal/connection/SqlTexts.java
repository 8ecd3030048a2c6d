package dev.rockpool.jdbc.internal.connection;

/**
 * Checks whether SQL text may do something that JDBC does not track. On the hot path: for nearly every text only the
 * first word is checked. A semicolon in a string counts as the end of a statement, so a false positive is possible. It
 * costs one round trip.
 */
public final class SqlTexts {
    /** Whether the statement that begins here matches. */
    interface Looked {
        boolean at(String sql, int at);
    }

    private SqlTexts() {}

    /** Whether any statement of this text matches. */
    public static boolean any(String sql, Looked looked) {
        for (int at = statementFrom(sql, 0); at < sql.length(); at = statementFrom(sql, at)) {
            if (looked.at(sql, at)) return true;
            at = sql.indexOf(';', at);
            if (at < 0) return false;
        }
        return false;
    }

    /** Whether this statement begins a transaction or changes autocommit. */
    static boolean beginsTransaction(String sql, int at) {
        switch (sql.charAt(at)) {
            case 'b', 'B':
                return startsWith(sql, at, "begin");
            case 's', 'S':
                return startsWith(sql, at, "start")
                        || startsWith(sql, at, "savepoint")
                        || startsWith(sql, at, "set")
                                && (has(sql, at, "autocommit") || has(sql, at, "implicit_transactions"));
            default:
                return false;
        }
    }

    /** The same for Transact-SQL, where statements need no separator: checks the whole text. */
    static boolean beginsTransactionAnywhere(String sql, int at) {
        return has(sql, at, "begin tran") || has(sql, at, "begin distributed") || has(sql, at, "implicit_transactions");
    }

    /** Whether this statement of PostgreSQL subscribes to notifications. */
    static boolean listens(String sql, int at) {
        char c = sql.charAt(at);
        return (c == 'l' || c == 'L') && startsWith(sql, at, "listen");
    }

    static boolean startsWith(String sql, int at, String word) {
        return sql.regionMatches(true, at, word, 0, word.length());
    }

    private static boolean has(String sql, int from, String word) {
        return has(sql, from, sql.length(), word);
    }

    /** Whether this word occurs between these positions. */
    static boolean has(String sql, int from, int to, String word) {
        char first = word.charAt(0);
        for (int at = from; at <= to - word.length(); at++) {
            if ((sql.charAt(at) | ' ') == first && startsWith(sql, at, word)) return true;
        }
        return false;
    }

    /** The start of the next word, after whitespace, comments and empty statements. */
    static int statementFrom(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c <= ' ' || c == ';' || c == '{' || c == '(') at++;
            else if (c == '-' && sql.startsWith("--", at)) at = past(sql, "\n", at);
            else if (c == '#') at = past(sql, "\n", at);
            else if (c == '/' && sql.startsWith("/*", at)) at = past(sql, "*/", at);
            else return at;
        }
        return at;
    }

    private static int past(String sql, String end, int at) {
        int found = sql.indexOf(end, at);
        return found < 0 ? sql.length() : found + end.length();
    }
}
