package dev.rockpool.jdbc.internal.errors;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Removes passwords from text. */
public final class Secrets {
    public static final String MASK = "***";

    private static final String NAMES =
            "[\\w.-]*(?:password|passwd|passphrase|pwd|secret|token|pvt_?key|private_?key)[\\w.-]*";
    private static final Pattern NAME = Pattern.compile("(?i)" + NAMES);
    /** An encoded name could be that of a secret. */
    private static final String ENCODED = "[\\w.-]*%[\\w.%-]*";

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)((?:" + NAMES + "|(?<=[?&;])" + ENCODED + ")\\s*=)([^&;,)\\s]*)");
    private static final Pattern USER_INFO = Pattern.compile("(?<=[:/])([^:/@?]+[:/])([^@/]+)@");
    private static final Pattern USER =
            Pattern.compile("(?i)[?&;:,(]\\s*(?:user|username|user_name|uid)\\s*=|//[^/@?]+@|thin:[^@]+@");
    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'");
    private static final Pattern SPEAKS_OF_SECRET =
            Pattern.compile("(?i)password|passwd|passphrase|pwd|secret|token|identified");

    private Secrets() {}

    /** The URL without passwords in its parameters, or before an {@code @}. */
    public static String mask(String url) {
        String withoutParameters = replaced(PARAMETER, url, "");
        return replaced(USER_INFO, withoutParameters, "@");
    }

    private static String replaced(Pattern pattern, String text, String after) {
        return pattern.matcher(text).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + MASK + after));
    }

    /** Whether a URL names a user to log in as. */
    public static boolean namesUser(String url) {
        return USER.matcher(url).find() || USER_INFO.matcher(url).find();
    }

    /** A statement without its literals, if it mentions a password. */
    public static String maskSql(String sql) {
        if (!SPEAKS_OF_SECRET.matcher(sql).find()) return sql;
        return LITERAL.matcher(sql).replaceAll(Matcher.quoteReplacement("'" + MASK + "'"));
    }

    /** Whether a property of this name holds a secret. */
    public static boolean isNameOfSecret(String property) {
        return NAME.matcher(property).matches();
    }

    /** The passwords in a URL, both encoded and decoded. */
    static List<String> inUrl(String url) {
        List<String> all = new ArrayList<>(Stream.of(PARAMETER, USER_INFO)
                .flatMap(pattern -> pattern.matcher(url).results())
                .map((MatchResult found) -> found.group(2))
                .toList());
        for (String written : List.copyOf(all)) {
            try {
                all.add(URLDecoder.decode(written, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException notEncoded) {
                // not encoded
            }
        }
        return all;
    }
}
