package dev.rockpool.jdbc;

import dev.rockpool.internal.config.FormerNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Renamed settings. Each may be set under its former or its new name, but not both. */
final class RenamedSettings {
    /** The settings that were set under their former name, by new name, with the problem to report if both were set. */
    private final Map<String, String> formerly = new TreeMap<>();

    /** The settings that were set under their new name. */
    private final Set<String> now = new HashSet<>();

    void setByNewName(String name) {
        now.add(name);
    }

    void setByFormerName(String former, String name, Object value) {
        FormerNames.tell(former, name);
        formerly.put(name, FormerNames.both(former, String.valueOf(value), name));
    }

    /** The problems, as a new list. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> each : formerly.entrySet()) {
            if (now.contains(each.getKey())) problems.add(each.getValue());
        }
        return problems;
    }
}
