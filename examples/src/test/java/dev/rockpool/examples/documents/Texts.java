package dev.rockpool.examples.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The string literals of a Java or Kotlin source. Literals that the code joins with {@code +} are one text, and what stands between them
 * is a hole in it. So are the templates of Kotlin; a literal inside one is a text of its own.
 */
final class Texts {
    /** Stands for a value that is not known here. */
    static final String HOLE = "…";

    private static final Pattern JOINED = Pattern.compile("\\s*\\+\\s*(?:[^\"{};,]*\\+\\s*)?");
    private static final String RAW = "\"\"\"";

    /** A literal, or several joined ones, and the line on which it begins. */
    record Text(String words, int line) {}

    private record Literal(String words, int start, int end) {}

    private final String source;
    private final boolean templates;
    private final List<Literal> nested = new ArrayList<>();

    private Texts(String source, boolean templates) {
        this.source = source;
        this.templates = templates;
    }

    static List<Text> of(String source, boolean isKotlin) {
        return new Texts(source, isKotlin).all();
    }

    private List<Text> all() {
        List<Literal> joined = new ArrayList<>();
        for (int at = 0; at < source.length(); ) {
            Literal next = source.charAt(at) == '"' && !source.startsWith(RAW, at) ? literal(at) : null;
            if (next != null) join(joined, next);
            at = next == null ? skip(at) : next.end();
        }
        joined.addAll(nested);
        return joined.stream()
                .map(each -> new Text(each.words(), lineOf(each.start())))
                .toList();
    }

    private void join(List<Literal> joined, Literal next) {
        int last = joined.size() - 1;
        String gap = last < 0 ? "" : source.substring(joined.get(last).end(), next.start());
        if (last < 0 || !JOINED.matcher(gap).matches()) {
            joined.add(next);
            return;
        }
        Literal before = joined.get(last);
        String hole = gap.strip().equals("+") ? "" : HOLE;
        joined.set(last, new Literal(before.words() + hole + next.words(), before.start(), next.end()));
    }

    /** The place after the comment, the character or the raw string that begins here; after this character if none does. */
    private int skip(int at) {
        if (source.startsWith("//", at)) return after("\n", at);
        if (source.startsWith("/*", at)) return after("*/", at + 2);
        if (source.startsWith(RAW, at)) return after(RAW, at + RAW.length());
        if (source.charAt(at) != '\'') return at + 1;
        int end = source.startsWith("\\", at + 1) ? source.indexOf('\'', at + 3) : at + 2;
        return end > 0 && end < source.length() && source.charAt(end) == '\'' ? end + 1 : at + 1;
    }

    private int after(String end, int from) {
        int found = source.indexOf(end, from);
        return found < 0 ? source.length() : found + end.length();
    }

    private Literal literal(int start) {
        StringBuilder words = new StringBuilder();
        int at = start + 1;
        while (source.charAt(at) != '"') {
            char letter = source.charAt(at);
            if (letter == '\\') {
                words.append(source.charAt(at + 1) == 'n' ? ' ' : source.charAt(at + 1));
                at += 2;
            } else if (templates && source.startsWith("${", at)) {
                words.append(HOLE);
                at = template(at + 2);
            } else if (templates && letter == '$' && Character.isJavaIdentifierStart(source.charAt(at + 1))) {
                words.append(HOLE);
                at++;
                while (Character.isJavaIdentifierPart(source.charAt(at))) at++;
            } else {
                words.append(letter);
                at++;
            }
        }
        return new Literal(words.toString(), start, at + 1);
    }

    /** The place after the braces that are open here. Keeps the literals between them. */
    private int template(int from) {
        int at = from;
        for (int open = 1; open > 0; ) {
            char letter = source.charAt(at);
            if (letter == '"') {
                Literal inner = literal(at);
                nested.add(inner);
                at = inner.end();
            } else {
                if (letter == '{') open++;
                if (letter == '}') open--;
                at++;
            }
        }
        return at;
    }

    private int lineOf(int at) {
        return (int) source.substring(0, at)
                        .chars()
                        .filter(letter -> letter == '\n')
                        .count()
                + 1;
    }
}
