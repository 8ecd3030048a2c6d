package dev.rockpool.examples.bench.peer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** The settings of a pool, by the pool's own names. Exactly what is printed is applied. */
final class Settings {
    private final Map<String, String> values = new LinkedHashMap<>();

    Settings set(String name, Object value) {
        values.put(name, String.valueOf(value));
        return this;
    }

    Settings setIfGiven(String name, String value) {
        if (value != null) values.put(name, value);
        return this;
    }

    Map<String, String> asMap() {
        return Collections.unmodifiableMap(values);
    }

    /** The settings of a map, plus the login, which is not printed. */
    static Settings of(Map<String, String> settings) {
        Settings copy = new Settings();
        copy.values.putAll(settings);
        return copy;
    }

    Properties asProperties() {
        Properties properties = new Properties();
        values.forEach(properties::setProperty);
        return properties;
    }
}
