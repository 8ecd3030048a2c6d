package dev.rockpool.jdbc.internal.sqlite;

import java.util.Locale;
import java.util.Set;

/**
 * Classifies the SQL text of a SQLite statement. Everything that is not clearly a read counts as a write: a wrong guess
 * in that direction costs a wait, one in the other direction an error.
 */
final class SqliteText {
    private static final Set<String> CONTROLS = Set.of("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE");
    private static final Set<String> CHANGES = Set.of("INSERT", "UPDATE", "DELETE", "REPLACE");

    /** Pragmas whose argument selects what to read. For other pragmas an argument sets something. */
    private static final Set<String> LOOKS = Set.of(
            "TABLE_INFO",
            "TABLE_XINFO",
            "TABLE_LIST",
            "INDEX_LIST",
            "INDEX_INFO",
            "INDEX_XINFO",
            "FOREIGN_KEY_LIST",
            "FOREIGN_KEY_CHECK",
            "INTEGRITY_CHECK",
            "QUICK_CHECK");

    /** Pragmas that write without an argument. */
    private static final Set<String> WORKS = Set.of("OPTIMIZE", "WAL_CHECKPOINT", "INCREMENTAL_VACUUM");

    /** Pragmas that set only something of the connection. */
    private static final Set<String> LOCAL = Set.of(
            "ANALYSIS_LIMIT",
            "BUSY_TIMEOUT",
            "CACHE_SIZE",
            "CACHE_SPILL",
            "CASE_SENSITIVE_LIKE",
            "DEFER_FOREIGN_KEYS",
            "FOREIGN_KEYS",
            "IGNORE_CHECK_CONSTRAINTS",
            "JOURNAL_SIZE_LIMIT",
            "MMAP_SIZE",
            "QUERY_ONLY",
            "READ_UNCOMMITTED",
            "RECURSIVE_TRIGGERS",
            "SECURE_DELETE",
            "SYNCHRONOUS",
            "TEMP_STORE",
            "TRUSTED_SCHEMA",
            "WAL_AUTOCHECKPOINT");

    private static final String CLOSING = "'\"`]";
    private static final String OPENING = "'\"`[";

    private final String sql;
    private int at;

    private SqliteText(String sql) {
        this.sql = sql;
    }

    /** The possible effect of this text with one or more statements. */
    static StatementKind effectOf(String sql) {
        SqliteText text = new SqliteText(sql);
        StatementKind effect = text.effect();
        return text.hasAnother() ? StatementKind.CONTROL : effect;
    }

    /** The possible effect of the first statement of this text. */
    static StatementKind effectOfFirst(String sql) {
        return new SqliteText(sql).effect();
    }

    /** Whether anything follows the first statement of this text. */
    static boolean hasSeveral(String sql) {
        if (sql.indexOf(';') < 0) return false; // nearly all
        SqliteText text = new SqliteText(sql);
        if (text.isTrigger()) text.skipTrigger();
        return text.hasAnother();
    }

    private boolean isTrigger() {
        if (!first().equals("CREATE")) return false;
        String what = next();
        if (what.startsWith("TEMP")) what = next();
        return what.equals("TRIGGER");
    }

    /** Skips to the end of a trigger: an END at the start of a statement, and the semicolon after it. */
    private void skipTrigger() {
        String before = "";
        for (String token = next(); !token.isEmpty(); token = next()) {
            if (before.equals(";") && token.equals("END")) return;
            before = token;
        }
    }

    private String first() {
        String first = next();
        while (first.equals(";")) first = next();
        return first;
    }

    private StatementKind effect() {
        String first = first();
        return switch (first) {
            case "", "SELECT", "VALUES" -> StatementKind.READ;
            case "EXPLAIN" -> explain();
            case "WITH" -> with();
            case "PRAGMA" -> pragma();
            default -> CONTROLS.contains(first) ? StatementKind.CONTROL : StatementKind.WRITE;
        };
    }

    private StatementKind with() {
        for (String word = next(); !word.isEmpty() && !word.equals(";"); word = next()) {
            if (CHANGES.contains(word)) return StatementKind.WRITE;
        }
        at--; // so that the end of the statement is found again
        return StatementKind.READ;
    }

    /** An explained statement does not run, but is compiled like any other. */
    private StatementKind explain() {
        String what = next();
        if (what.equals("QUERY")) {
            next(); // PLAN
            what = next();
        }
        return what.equals("SELECT") || what.equals("VALUES") ? StatementKind.READ : StatementKind.READ_HOLDING;
    }

    private StatementKind pragma() {
        String name = next();
        String then = next();
        if (then.equals(".")) {
            name = next();
            then = next();
        }
        boolean reads =
                switch (then) {
                    case "=" -> LOCAL.contains(name);
                    case "(" -> LOCAL.contains(name) || LOOKS.contains(name);
                    default -> !WORKS.contains(name);
                };
        at = Math.max(0, at - then.length());
        if (reads && name.equals("JOURNAL_MODE")) return StatementKind.READ_HOLDING;
        return reads ? StatementKind.READ : StatementKind.WRITE;
    }

    /** Whether another statement follows this one. */
    private boolean hasAnother() {
        String token = next();
        while (!token.isEmpty() && !token.equals(";")) token = next();
        while (token.equals(";")) token = next();
        return !token.isEmpty();
    }

    /**
     * The next word in capitals, or the next character. For quoted text that is the opening quote. Empty at the end.
     */
    private String next() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c)) at++;
            else if (sql.startsWith("--", at)) skipPast("\n");
            else if (sql.startsWith("/*", at)) skipPast("*/");
            else if (OPENING.indexOf(c) >= 0) return quoted(c);
            else return Character.isJavaIdentifierStart(c) ? word() : sql.substring(at, ++at);
        }
        return "";
    }

    private String quoted(char opening) {
        at++;
        skipPast(String.valueOf(CLOSING.charAt(OPENING.indexOf(opening))));
        return String.valueOf(opening);
    }

    private String word() {
        int from = at;
        while (at < sql.length() && Character.isJavaIdentifierPart(sql.charAt(at))) at++;
        return sql.substring(from, at).toUpperCase(Locale.ROOT);
    }

    private void skipPast(String end) {
        int found = sql.indexOf(end, at);
        at = found < 0 ? sql.length() : found + end.length();
    }
}
