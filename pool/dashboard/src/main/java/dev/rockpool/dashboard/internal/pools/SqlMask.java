package dev.rockpool.dashboard.internal.pools;

import java.util.regex.Pattern;

/**
 * Replaces the literals of a statement by {@code ?}, and removes its comments. The dialect is not known, so what may be a
 * literal counts as one: also what is quoted by {@code "}, which is a name for most servers and a text for MySQL. Where
 * dialects disagree about the end of a literal, the rest of the statement is hidden.
 */
public final class SqlMask {
    private static final Pattern HIDDEN = Pattern.compile("(?s)"
            + "(?<comment>--[^\\n]*|/\\*.*?(?:\\*/|\\z))"
            + "|(?<rest>#(?!>).*)" // MySQL's comment, but PostgreSQL's operator
            + "|'(?:[^'\\\\]|'')*+'"
            + "|\"(?:[^\"\\\\]|\"\")*+\""
            + "|(?<open>['\"].*)" // with a backslash, or cut
            + "|\\$(?<tag>(?:[A-Za-z_]\\w*)?)\\$.*?(?:\\$\\k<tag>\\$|\\z)" // PostgreSQL's dollar quotes
            + "|(?<![\\w$])(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)(?!\\w)");

    private SqlMask() {}

    public static String mask(String sql) {
        return HIDDEN.matcher(sql).replaceAll(found -> {
            char first = found.group().charAt(0);
            if (found.group().startsWith("--") || found.group().startsWith("/*")) return " ";
            if (first == '#') return "...";
            boolean quoted = first == '\'' || first == '"';
            return quoted && found.end() == sql.length() && !isClosed(found.group(), first) ? "? ..." : "?";
        });
    }

    private static boolean isClosed(String literal, char quote) {
        return literal.length() > 1 && literal.indexOf('\\') < 0 && literal.charAt(literal.length() - 1) == quote;
    }
}
