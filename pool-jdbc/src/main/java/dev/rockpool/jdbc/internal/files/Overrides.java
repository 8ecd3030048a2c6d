package dev.rockpool.jdbc.internal.files;

import dev.rockpool.jdbc.internal.files.Entry.Form;
import dev.rockpool.jdbc.internal.files.Entry.Key;
import dev.rockpool.jdbc.internal.files.Entry.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What replaces values of the file: system properties such as {@code rockpool.pools.orders.max-size}, and before them
 * environment variables such as {@code ROCKPOOL_ORDERS_MAX_SIZE}.
 */
public record Overrides(Map<String, String> environment, Map<String, String> properties) {
    private static final String PROPERTY = "rockpool.";
    private static final String VARIABLE = "ROCKPOOL_";
    private static final List<String> TOPS = List.of(FileReading.POOLS, FileReading.DEFAULT_POOL, FileReading.BUDGET);

    /** The process's own. */
    public static Overrides ofProcess() {
        Map<String, String> properties = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            String value = name.startsWith(PROPERTY) ? System.getProperty(name) : null;
            if (value != null) properties.put(name, value);
        }
        return new Overrides(System.getenv(), properties);
    }

    List<Entry> ofProperties() {
        List<Entry> entries = new ArrayList<>();
        new TreeMap<>(properties).forEach((name, value) -> {
            if (!name.startsWith(PROPERTY) || name.endsWith(".")) return;
            String path = name.substring(PROPERTY.length());
            String top = SettingKeys.plain(path.split("\\.")[0]);
            if (TOPS.stream().noneMatch(known -> SettingKeys.plain(known).equals(top))) return;
            entries.add(PropertiesReader.entry(path, value, Place.of("system property " + name)));
        });
        return entries;
    }

    /** @param pools the names of the pools; variables of no pool are not Rockpool's */
    List<Entry> ofEnvironment(Collection<String> pools, Problems problems) {
        List<Entry> entries = new ArrayList<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (!variable.startsWith(VARIABLE)) return;
            String name = variable.substring(VARIABLE.length());
            Place place = Place.of("environment variable " + variable);
            List<String> owners = owners(name, pools);
            if (owners.isEmpty()) return;
            if (owners.size() > 1) problems.add(place, "the variable could be one of " + String.join(" and ", owners));
            String setting = name.substring(upper(owners.get(0)).length() + 1);
            entries.add(entry(owners.get(0), setting, value, place));
        });
        return entries;
    }

    /** The pools, or other objects of a file, with the longest name that the variable begins with. */
    private static List<String> owners(String name, Collection<String> pools) {
        List<String> all = Stream.concat(pools.stream(), Stream.of(FileReading.DEFAULT_POOL, FileReading.BUDGET))
                .filter(owner -> name.startsWith(upper(owner) + "_"))
                .toList();
        int longest = all.stream().mapToInt(String::length).max().orElse(0);
        return all.stream()
                .filter(owner -> owner.length() == longest)
                .distinct()
                .toList();
    }

    private static Entry entry(String owner, String setting, String value, Place place) {
        List<Key> keys = new ArrayList<>();
        boolean isPool = !owner.equals(FileReading.DEFAULT_POOL) && !owner.equals(FileReading.BUDGET);
        if (isPool) keys.add(new Key(FileReading.POOLS, place));
        keys.add(new Key(owner, place));
        Arrays.stream(path(setting).split("\\.")).forEach(key -> keys.add(new Key(key, place)));
        return new Entry(keys, new Value(Form.TEXT, List.of(value), place));
    }

    /** The path that a variable means, whose dots are underscores, too. */
    private static String path(String setting) {
        String plain = SettingKeys.plain(setting);
        return SettingKeys.all().stream()
                .filter(path -> SettingKeys.plain(path).replace(".", "").equals(plain))
                .findFirst()
                .orElse(setting.toLowerCase(Locale.ROOT));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** The environment may hold secrets. */
    @Override
    public String toString() {
        return "overrides";
    }
}
