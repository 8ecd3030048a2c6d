package dev.rockpool.jdbc.internal;

/**
 * Looks whether a text of SQL may change the state of its session: what names mean, for whom statements run, how long they may take. Read on the
 * hot path: of nearly every text only the first letter is looked at. A wrong guess costs a question to the server, and that the state is set
 * back in vain.
 */
final class StateTexts {
    /** It may undo changes, because it undoes a transaction. */
    static final int ROLLBACK = 1;

    static final int NAMES = Attribute.CATALOG.mark() | Attribute.SCHEMA.mark();
    static final int ROLE = Attribute.ROLE.mark();
    static final int QUERY_TIMEOUT = Attribute.QUERY_TIMEOUT.mark();

    private StateTexts() {}

    /**
     * The marks of the attributes that this text may change, and {@link #ROLLBACK}.
     *
     * @param functions whether functions may change them, too, as those of PostgreSQL
     */
    static int changes(String sql, boolean functions) {
        int found = functions ? named(sql) : 0;
        for (int at = SqlTexts.statementFrom(sql, 0); at < sql.length(); at = SqlTexts.statementFrom(sql, at)) {
            int end = sql.indexOf(';', at);
            found |= changes(sql, at, end < 0 ? sql.length() : end);
            if (end < 0) return found;
            at = end;
        }
        return found;
    }

    private static int changes(String sql, int at, int end) {
        return switch (sql.charAt(at)) {
            case 's', 'S' -> isWord(sql, at, "set") ? set(sql, at, end) : 0;
            case 'u', 'U' -> isWord(sql, at, "use") ? NAMES : 0;
            case 'a', 'A' -> isWord(sql, at, "alter session") ? NAMES : 0;
            case 'r', 'R' -> isWord(sql, at, "rollback") ? ROLLBACK : isWord(sql, at, "reset") ? NAMES | ROLE : 0;
            case 'd', 'D' -> isWord(sql, at, "discard") ? NAMES | ROLE : isWord(sql, at, "database") ? NAMES : 0;
            case 'e', 'E' -> isWord(sql, at, "execute as") || isWord(sql, at, "exec as") ? ROLE : 0;
            default -> 0;
        };
    }

    private static int set(String sql, int at, int end) {
        int found = 0;
        if (SqlTexts.has(sql, at, end, "schema") || SqlTexts.has(sql, at, end, "path")) found |= NAMES;
        if (SqlTexts.has(sql, at, end, "catalog") || SqlTexts.has(sql, at, end, "database")) found |= NAMES;
        if (SqlTexts.has(sql, at, end, "role") || SqlTexts.has(sql, at, end, "authorization")) found |= ROLE;
        if (SqlTexts.has(sql, at, end, "query_timeout")) found |= QUERY_TIMEOUT;
        return found;
    }

    /** PostgreSQL sets the path and the role also by functions, and in the bodies of blocks. */
    private static int named(String sql) {
        int found = 0;
        for (int at = sql.indexOf('_'); at >= 0; at = sql.indexOf('_', at + 1)) {
            if (sql.regionMatches(true, at - 6, "search_path", 0, 11)) found |= NAMES;
            if (sql.regionMatches(true, at - 3, "set_config", 0, 10)) found |= NAMES | ROLE;
        }
        return found;
    }

    private static boolean isWord(String sql, int at, String word) {
        int end = at + word.length();
        return SqlTexts.startsWith(sql, at, word)
                && (end == sql.length() || !Character.isJavaIdentifierPart(sql.charAt(end)));
    }
}
