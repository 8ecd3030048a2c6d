package dev.rockpool.jdbc.internal.files;

import dev.rockpool.internal.config.Setting;
import dev.rockpool.internal.config.SettingType;
import dev.rockpool.internal.spi.SettingsOfPools;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.internal.config.JdbcTable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The keys that a pool can have in a file. They come from the tables of settings. */
public final class SettingKeys {
    static final String PROPERTIES = "properties";
    static final String GUARANTEED = "guaranteed";
    static final String TLS_VERIFY = "security.tls.verify";
    static final String TLS_CA = "security.tls.ca";
    static final String TLS_CERTIFICATE = "security.tls.certificate";
    static final String TLS_KEY = "security.tls.key";
    static final String LOGIN_TIMEOUT = "security.authentication.timeout";

    /** What a file has beside the settings of the tables, with its description. */
    static final Map<String, String> OTHERS = Map.of(
            GUARANTEED, "How many connections of the budget the pool can always have.",
            TLS_VERIFY, "What TLS verifies: full (the default), ca (not the host name) or none.",
            TLS_CA, "The file with the certificates that are trusted.",
            TLS_CERTIFICATE, "The file with the client's certificate.",
            TLS_KEY, "The file with the key of that certificate.",
            LOGIN_TIMEOUT, "How long the driver may take to connect and log in.");

    /** Settings that may also be given in a group. */
    static final Map<String, List<String>> GROUPS = Map.of(
            "health",
            List.of(
                    "probeTimeout",
                    "trustWindow",
                    "probeOnReturn",
                    "keepaliveInterval",
                    "testQuery",
                    "stuckCallTimeout",
                    "failFastAfter"),
            "monitoring",
            List.of("statsInterval", "leakThreshold", "leakStackTraces", "reclaimLeaks", "slowStatementThreshold"),
            "security.authentication",
            List.of("username", "password"));

    static final Map<String, String> ALIASES = Map.of("max_connections", "maxSize", "min_connections", "minIdle");

    /**
     * What a key means.
     *
     * @param id the name of the setting, or one of the constants of this class
     * @param setting null for those constants
     * @param shown the key in snake_case
     * @param inMillis whether the value is a number of milliseconds
     */
    record Known(
            String id,
            Setting<? super JdbcBuilder<?>, ?, ?> setting,
            String shown,
            boolean inMillis,
            String formerName) {}

    private static final Map<String, Known> KNOWN = new LinkedHashMap<>();

    static {
        settings().forEach(SettingKeys::addAll);
        ALIASES.forEach((alias, name) -> add(alias, KNOWN.get(plain(name)), false));
        GROUPS.forEach((group, names) -> names.forEach(name -> {
            Known setting = KNOWN.get(plain(name));
            add(group + "." + setting.shown(), setting, false);
            if (isTime(setting.setting())) add(group + "." + setting.shown() + "_ms", setting, true);
        }));
        OTHERS.keySet().forEach(id -> add(id, new Known(id, null, id, false, null), false));
        add(LOGIN_TIMEOUT + "_ms", new Known(LOGIN_TIMEOUT, null, LOGIN_TIMEOUT, true, null), true);
    }

    private SettingKeys() {}

    /** Every setting of the tables that a text, a list or an object of texts can give. */
    static Stream<Setting<? super JdbcBuilder<?>, ?, ?>> settings() {
        Stream<Setting<? super JdbcBuilder<?>, ?, ?>> all = Stream.concat(
                SettingsOfPools.INSTANCE.getTable().getAll().stream(), JdbcTable.INSTANCE.getTable().getAll().stream());
        return all.filter(setting -> !setting.getType().isCode()
                && !setting.getName().equals("name")
                && (setting.getType().getText() != null || setting.getType().getJson() != null));
    }

    private static void addAll(Setting<? super JdbcBuilder<?>, ?, ?> setting) {
        Known known = new Known(setting.getName(), setting, snake(setting.getName()), false, null);
        add(known.shown(), known, false);
        if (isTime(setting)) add(known.shown() + "_ms", known, true);
        String former = setting.getAbout().getFormerName();
        if (former != null) KNOWN.put(plain(former), new Known(known.id, setting, known.shown, false, former));
    }

    private static void add(String key, Known meaning, boolean inMillis) {
        KNOWN.put(plain(key), new Known(meaning.id, meaning.setting, key, inMillis, null));
    }

    static boolean isTime(Setting<?, ?, ?> setting) {
        return setting.getType() == SettingType.Companion.getTIME()
                || setting.getType() == SettingType.Companion.getTIME_PART();
    }

    /** The meaning of a path inside a pool; null if it has none. */
    static Known find(String path) {
        return KNOWN.get(plain(path));
    }

    /** All keys in snake_case. */
    static Collection<String> all() {
        return KNOWN.values().stream().map(Known::shown).toList();
    }

    /** Compares keys in snake_case, kebab-case and camelCase. */
    static String plain(String key) {
        return key.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** The key in snake_case. */
    static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** The key in camelCase. */
    static String camel(String key) {
        return Pattern.compile("_(.)").matcher(key).replaceAll(letter -> letter.group(1)
                .toUpperCase(Locale.ROOT));
    }
}
