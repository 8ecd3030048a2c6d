package dev.rockpool.jdbc.internal.files;

import dev.rockpool.internal.config.FormerNames;
import dev.rockpool.jdbc.internal.files.Entry.Form;
import dev.rockpool.jdbc.internal.files.Entry.Key;
import dev.rockpool.jdbc.internal.files.SettingKeys.Known;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Collects what the sources give for one pool. A later layer replaces what an earlier one gives. */
final class PoolReading {
    private static final String DRIVER = SettingKeys.PROPERTIES + ".";

    /**
     * A setting and its value.
     *
     * @param known null for a property of the driver
     */
    record Given(String id, Known known, Entry entry) {
        /** The name of a property of the driver; null for anything else. */
        String driverProperty() {
            return known == null ? id.substring(DRIVER.length()) : null;
        }
    }

    private final Map<String, Given> all = new LinkedHashMap<>();
    private final Problems problems;

    PoolReading(Problems problems) {
        this.problems = problems;
    }

    /** All values by the names of the settings. */
    Map<String, Given> all() {
        return all;
    }

    /**
     * Adds a layer.
     *
     * @param entries all from one source
     * @param depth where in their paths the settings begin
     */
    void add(List<Entry> entries, int depth) {
        Map<String, Given> layer = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Given given = given(entry, depth);
            if (given == null) continue;
            Given first = layer.putIfAbsent(given.id(), given);
            if (first != null) {
                Entry other = first.entry();
                problems.add(
                        entry.place(),
                        entry.path() + " is given twice; it is also at " + other.place() + " as " + other.path());
            }
        }
        layer.values().forEach(this::put);
    }

    /** A whole and its parts replace each other. */
    private void put(Given given) {
        String id = given.id();
        all.keySet().removeIf(other -> other.startsWith(id + ".") || id.startsWith(other + "."));
        if (!isEmptyObject(given)) all.put(id, given);
    }

    private static boolean isEmptyObject(Given given) {
        return given.id().equals(SettingKeys.PROPERTIES)
                && given.entry().value().form() != Form.TEXT;
    }

    private Given given(Entry entry, int depth) {
        List<Key> keys = entry.keys().subList(depth, entry.keys().size());
        if (keys.isEmpty()) {
            Form form = entry.value().form();
            if (form == Form.TEXT || form == Form.LIST)
                problems.add(entry.value().place(), entry.path() + " must be an object with the settings of a pool");
            return null;
        }
        if (keys.size() > 1 && SettingKeys.plain(keys.get(0).name()).equals(SettingKeys.PROPERTIES))
            return new Given(DRIVER + path(keys.subList(1, keys.size())), null, entry);
        String path = path(keys);
        Known known = SettingKeys.find(path);
        if (known == null) {
            problems.add(entry.place(), isNone(entry.path(), path));
            return null;
        }
        if (known.formerName() != null) FormerNames.tell(known.formerName(), known.shown());
        return new Given(known.id(), known, entry);
    }

    /** Says what was meant, written in the same way, if anyone can tell. */
    private static String isNone(String path, String unknown) {
        boolean camelCase = unknown.chars().anyMatch(Character::isUpperCase);
        String ours = OtherPools.ours(unknown);
        if (ours != null)
            return path + " is no setting of a pool; here it is " + (camelCase ? ours : SettingKeys.snake(ours));
        String nearest = Nearest.of(unknown, SettingKeys.all());
        if (!Nearest.isNear(unknown, nearest)) return path + " is no setting of a pool";
        return path + " is no setting of a pool; the nearest one is "
                + (camelCase ? SettingKeys.camel(nearest) : nearest);
    }

    private static String path(List<Key> keys) {
        return keys.stream().map(Key::name).collect(Collectors.joining("."));
    }
}
