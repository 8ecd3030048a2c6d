package dev.rockpool.jdbc.internal.files;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.jdbc.JdbcConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the attributes of a resource in a container's configuration, which are the settings of one pool. */
public final class ResourceReading {
    private ResourceReading() {}

    /**
     * Reads texts by the names of the settings. They may have references.
     *
     * @throws InvalidConfigException with all problems
     */
    public static JdbcConfig read(String pool, Map<String, String> attributes) {
        Place place = Place.of("resource '" + pool + "'");
        List<Entry> entries = new ArrayList<>();
        Problems problems = new Problems();
        attributes.forEach((name, value) -> {
            if (SettingKeys.plain(name).equals(SettingKeys.GUARANTEED))
                problems.add(place, name + " is given but a resource has no budget");
            else entries.add(PropertiesReader.entry(name, value, place));
        });
        PoolReading reading = new PoolReading(problems);
        reading.add(entries, 0);
        FilePool read =
                new PoolWriting(pool, "", place, reading.all(), new References(System.getenv()), problems).write();
        if (problems.isEmpty()) return read.config();
        throw new InvalidConfigException(pool, problems.sentences());
    }
}
