package dev.rockpool.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings of a PostgreSQL server, by their own names. Not thread-safe. */
final class ServerSettings {
    private final Map<String, String> all = new LinkedHashMap<>();

    void set(String name, String value) {
        if (name == null || value == null)
            throw new IllegalArgumentException(
                    "setting " + name + " is " + value + " but must have a name and a value");
        all.put(name, value);
    }

    ServerSettings copy() {
        ServerSettings copy = new ServerSettings();
        copy.all.putAll(all);
        return copy;
    }

    void applyTo(EmbeddedPostgres.Builder builder) {
        all.forEach(builder::setServerConfig);
    }

    /** The lines of the server's own file, and these in addition. The last line of a setting counts. */
    List<String> lines(String... more) {
        Stream<String> own =
                all.entrySet().stream().map(setting -> setting.getKey() + " = '" + setting.getValue() + "'");
        return Stream.concat(own, Stream.of(more)).toList();
    }
}
