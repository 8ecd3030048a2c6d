package dev.rockpool.jdbc.internal.files;

import dev.rockpool.jdbc.internal.files.Entry.Form;
import dev.rockpool.jdbc.internal.files.Entry.Key;
import dev.rockpool.jdbc.internal.files.Entry.Value;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Reads {@code pools.orders.max-size=20}. {@link Properties} reads each entry, but it knows no lines. */
final class PropertiesReader {
    private final String source;
    private final Problems problems;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Place> seen = new HashMap<>();

    private PropertiesReader(String source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    static List<Entry> read(String source, String text, Problems problems) {
        PropertiesReader reader = new PropertiesReader(source, problems);
        reader.read(text.split("\r\n|\r|\n", -1));
        return reader.entries;
    }

    /** The entry of one property. */
    static Entry entry(String name, String value, Place place) {
        List<Key> keys =
                Arrays.stream(name.split("\\.")).map(key -> new Key(key, place)).toList();
        return new Entry(keys, new Value(Form.TEXT, List.of(value), place));
    }

    private void read(String[] lines) {
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].stripLeading();
            Place place = new Place(source, i + 1, lines[i].length() - line.length() + 1);
            if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) continue;
            StringBuilder whole = new StringBuilder(line);
            while (continues(lines[i]) && i + 1 < lines.length)
                whole.append('\n').append(lines[++i]);
            read(whole.toString(), place);
        }
    }

    private static boolean continues(String line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') backslashes++;
        return backslashes % 2 == 1;
    }

    private void read(String line, Place place) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(line));
        } catch (IllegalArgumentException e) {
            problems.add(place, "the line is no property: it has a malformed \\u escape");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        one.forEach((name, value) -> add(name.toString(), value.toString(), place));
    }

    private void add(String name, String value, Place place) {
        if (name.replace(".", "").isEmpty()) {
            problems.add(place, "the line has no key");
            return;
        }
        Place first = seen.putIfAbsent(name, place);
        if (first == null) entries.add(entry(name, value, place));
        else problems.add(place, name + " is given twice; it is also at " + first);
    }
}
