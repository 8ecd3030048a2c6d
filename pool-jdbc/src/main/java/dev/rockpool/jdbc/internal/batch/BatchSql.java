package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.jdbc.internal.errors.Secrets;
import java.util.Locale;
import java.util.Set;

/**
 * The text of one statement, without the semicolon and the comments that follow it, and what it does. So several copies
 * can be joined.
 *
 * <p>It knows PostgreSQL's rules for quotes and comments, which contain those of the standard, and MySQL's. A statement
 * that is not clearly a read or a change of rows counts as neither.
 */
public final class BatchSql {
    /** What a statement does. */
    public enum Kind {
        /** It only reads, as far as its text shows. */
        READ,
        /** It changes rows. */
        CHANGE,
        OTHER
    }

    private static final Set<String> READS = Set.of("SELECT", "VALUES", "TABLE");
    private static final Set<String> CHANGES = Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE");

    private final String sql;
    private final boolean mysql;
    private int at;
    private String firstWord;
    private boolean changes;
    private int parameters;
    private final String text;

    private BatchSql(String sql, boolean mysql) {
        this.sql = sql;
        this.mysql = mysql;
        this.text = read();
    }

    /**
     * Reads a statement.
     *
     * @param mysql whether the text is for MySQL or MariaDB
     * @throws IllegalArgumentException if it is not exactly one statement
     */
    public static BatchSql of(String sql, boolean mysql) {
        return new BatchSql(sql, mysql);
    }

    public String text() {
        return text;
    }

    /** How many parameters it has, in PostgreSQL's driver. */
    int parameters() {
        return parameters;
    }

    public Kind kind() {
        if (firstWord == null) return Kind.OTHER;
        if (CHANGES.contains(firstWord)) return Kind.CHANGE;
        if (firstWord.equals("WITH")) return changes ? Kind.CHANGE : Kind.READ;
        return READS.contains(firstWord) ? Kind.READ : Kind.OTHER;
    }

    private String read() {
        int begin = -1;
        int end = 0;
        boolean ended = false;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c)) at++;
            else if (startsComment()) skipComment();
            else if (c == ';') {
                ended |= begin >= 0;
                at++;
            } else if (ended) {
                throw refused("but must be one statement, and it has several");
            } else {
                if (begin < 0) begin = at;
                skipToken(c);
                end = at;
            }
        }
        if (begin < 0) throw refused("but must be a statement");
        return sql.substring(begin, end);
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("sql is '" + Secrets.maskSql(sql) + "' " + why);
    }

    private boolean startsComment() {
        if (sql.startsWith("/*", at)) return !mysql || !sql.startsWith("/*!", at); // MySQL runs the latter
        if (mysql && sql.charAt(at) == '#') return true;
        if (!sql.startsWith("--", at)) return false;
        return !mysql || at + 2 == sql.length() || Character.isWhitespace(sql.charAt(at + 2));
    }

    private void skipComment() {
        if (!sql.startsWith("/*", at)) {
            int end = sql.indexOf('\n', at);
            at = end < 0 ? sql.length() : end;
            return;
        }
        int depth = 0;
        do {
            if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else if (sql.startsWith("/*", at) && (depth == 0 || !mysql)) {
                depth++;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
        at = Math.min(at, sql.length());
    }

    private void skipToken(char c) {
        if (c == '\'' || c == '"' || c == '`') skipQuoted(c, mysql && c != '`');
        else if (c == '$' && !mysql && skipDollarQuoted()) return;
        else if (c == '?') skipParameter();
        else if (Character.isJavaIdentifierStart(c)) skipWord();
        else {
            if (firstWord == null && c != '(') firstWord = "";
            at++;
        }
    }

    private void skipParameter() {
        boolean isOperator = sql.startsWith("??", at); // as PostgreSQL's driver has it
        if (!isOperator) parameters++;
        at += isOperator ? 2 : 1;
    }

    private void skipWord() {
        int from = at;
        while (at < sql.length() && Character.isJavaIdentifierPart(sql.charAt(at))) at++;
        String word = sql.substring(from, at).toUpperCase(Locale.ROOT);
        if (firstWord == null) firstWord = word;
        changes |= CHANGES.contains(word);
        if (word.equals("E") && !mysql && sql.startsWith("'", at)) skipQuoted('\'', true);
    }

    /** Skips quoted text. A doubled quote counts as an end and a new beginning, which has the same effect. */
    private void skipQuoted(char quote, boolean backslashes) {
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == quote) return;
            if (c == '\\' && backslashes) at++;
        }
        at = Math.min(at, sql.length());
    }

    /** Skips text such as {@code $tag$ ... $tag$}. Returns false if there is none. */
    private boolean skipDollarQuoted() {
        int to = at + 1;
        while (to < sql.length() && sql.charAt(to) != '$' && Character.isJavaIdentifierPart(sql.charAt(to))) to++;
        boolean isTag = to < sql.length() && sql.charAt(to) == '$' && !Character.isDigit(sql.charAt(at + 1));
        if (!isTag) return false;
        String tag = sql.substring(at, to + 1);
        int end = sql.indexOf(tag, to + 1);
        at = end < 0 ? sql.length() : end + tag.length();
        return true;
    }
}
