package dev.rockpool.jdbc;

import dev.rockpool.internal.config.FormerNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Settings that were renamed: each may be set by its former name or by the new one, and not by both. */
final class RenamedSettings {
    /** By their new names, those that were set by the former one, and what is wrong if they were set by both. */
    private final Map<String, String> formerly = new TreeMap<>();

    /** Those that were set by the new name. */
    private final Set<String> now = new HashSet<>();

    void setByNewName(String name) {
        now.add(name);
    }

    void setByFormerName(String former, String name, Object value) {
        FormerNames.tell(former, name);
        formerly.put(name, FormerNames.both(former, String.valueOf(value), name));
    }

    /** What is wrong; a new list. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        formerly.forEach((name, problem) -> {
            if (now.contains(name)) problems.add(problem);
        });
        return problems;
    }
}
