package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.jdbc.internal.vendor.Vendor;

/**
 * Checks whether SQL text may change the session state: the meaning of names, the role, time limits. On the hot path:
 * for nearly every text only the first letter is checked. A false positive costs two round trips: one reads the state,
 * the other restores it although nothing changed.
 */
final class StateTexts {
    /** The text may undo changes, because it rolls back a transaction. */
    static final int ROLLBACK = 1;

    static final int NAMES = SessionAttribute.CATALOG.mark() | SessionAttribute.SCHEMA.mark();
    static final int ROLE = SessionAttribute.ROLE.mark();
    static final int TRANSACTIONS = SessionAttribute.TRANSACTIONS.mark();
    static final int QUERY_TIMEOUT = SessionAttribute.QUERY_TIMEOUT.mark();

    /** The words for transaction modes. */
    private static final String[] MODES = {"isolation", "read_only", "read only", "read write"};

    private StateTexts() {}

    /** The marks of the attributes that this text may change in a session of this vendor, and {@link #ROLLBACK}. */
    static int changes(String sql, Vendor vendor) {
        int found = vendor == Vendor.POSTGRESQL ? named(sql) : 0;
        for (int at = SqlTexts.statementFrom(sql, 0); at < sql.length(); at = SqlTexts.statementFrom(sql, at)) {
            int end = sql.indexOf(';', at);
            found |= changes(sql, at, end < 0 ? sql.length() : end, vendor);
            if (end < 0) return found;
            at = end;
        }
        return found;
    }

    private static int changes(String sql, int at, int end, Vendor vendor) {
        return switch (sql.charAt(at)) {
            case 's', 'S' -> isWord(sql, at, "set") ? set(sql, at, end, vendor) : 0;
            case 'u', 'U' -> isWord(sql, at, "use") ? NAMES : 0;
            case 'a', 'A' -> isWord(sql, at, "alter session") ? NAMES : isWord(sql, at, "abort") ? ROLLBACK : 0;
            case 'r', 'R' ->
                isWord(sql, at, "rollback") ? ROLLBACK : isWord(sql, at, "reset") ? NAMES | ROLE | TRANSACTIONS : 0;
            case 'd', 'D' ->
                isWord(sql, at, "discard") ? NAMES | ROLE | TRANSACTIONS : isWord(sql, at, "database") ? NAMES : 0;
            case 'e', 'E' -> isWord(sql, at, "execute as") || isWord(sql, at, "exec as") ? ROLE : 0;
            default -> 0;
        };
    }

    private static int set(String sql, int at, int end, Vendor vendor) {
        int found = 0;
        if (hasWord(sql, at, end, "schema") || hasWord(sql, at, end, "path")) found |= NAMES;
        if (hasWord(sql, at, end, "catalog") || hasWord(sql, at, end, "database")) found |= NAMES;
        if (SqlTexts.has(sql, at, end, "search_path") || SqlTexts.has(sql, at, end, "current_schema")) found |= NAMES;
        if (hasWord(sql, at, end, "role") || hasWord(sql, at, end, "authorization")) found |= ROLE;
        if (isMode(sql, at, end) && !isOfOneTransaction(sql, at, vendor)) found |= TRANSACTIONS;
        if (vendor == Vendor.H2 && SqlTexts.has(sql, at, end, "query_timeout")) found |= QUERY_TIMEOUT;
        return found;
    }

    private static boolean isMode(String sql, int at, int end) {
        for (String word : MODES) if (SqlTexts.has(sql, at, end, word)) return true;
        return false;
    }

    /** In some databases the same words affect all transactions of the session. */
    private static boolean isOfOneTransaction(String sql, int at, Vendor vendor) {
        int next = SqlTexts.statementFrom(sql, at + "set".length());
        return isWord(sql, next, "local") || isWord(sql, next, "transaction") && vendor.setTransactionIsLocal();
    }

    /** PostgreSQL can also set the path and the role by functions and in blocks. */
    private static int named(String sql) {
        int found = 0;
        for (int at = sql.indexOf('_'); at >= 0; at = sql.indexOf('_', at + 1)) {
            if (sql.regionMatches(true, at - 6, "search_path", 0, 11)) found |= NAMES;
            if (sql.regionMatches(true, at - 3, "set_config", 0, 10)) found |= NAMES | ROLE | TRANSACTIONS;
        }
        return found;
    }

    private static boolean isWord(String sql, int at, String word) {
        int end = at + word.length();
        return SqlTexts.startsWith(sql, at, word)
                && (end >= sql.length() || !Character.isJavaIdentifierPart(sql.charAt(end)));
    }

    /** Whether this word occurs between these positions as a whole word, not as part of a name or variable. */
    private static boolean hasWord(String sql, int from, int to, String word) {
        for (int at = from + 1; at <= to - word.length(); at++) {
            if (sql.charAt(at - 1) <= ' ' && isWord(sql, at, word)) return true;
        }
        return false;
    }
}
