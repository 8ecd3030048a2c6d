package dev.rockpool.jdbc.internal.sqlite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A URL of the SQLite driver with its properties. The URL takes precedence. */
public final class SqliteUrl {
    static final String DEFERRED = "DEFERRED";
    static final List<String> MODES = List.of(DEFERRED, "IMMEDIATE", "EXCLUSIVE");

    private static final String TRANSACTION_MODE = "transaction_mode";
    private static final String SCHEME = "jdbc:sqlite:";
    private static final String BUSY_TIMEOUT = "busy_timeout";
    private static final String JOURNAL_MODE = "journal_mode";
    private static final int OPEN_READ_ONLY = 1;

    /** Long enough for a typical write of another process, and shorter than callers wait. */
    private static final String BUSY_MILLIS = "5000";

    /** Parameters that the pool handles itself and the driver must not see. */
    private static final Set<String> OURS = Set.of(TRANSACTION_MODE, "jdbc.explicit_readonly");

    private final String url;
    private final String file;
    private final List<String> parameters = new ArrayList<>();
    private final Map<String, String> given;

    /** The properties and the parameters of the URL. */
    private final Map<String, String> all;

    private SqliteUrl(String url, Map<String, String> properties) {
        this.url = url;
        this.given = properties;
        this.all = new HashMap<>(properties);
        String[] parts = url.substring(SCHEME.length()).split("\\?", 2);
        this.file = parts[0];
        if (parts.length == 1) return;
        for (String parameter : parts[1].split("&")) {
            if (parameter.isEmpty()) continue;
            parameters.add(parameter);
            String[] pair = parameter.split("=", 2);
            all.put(pair[0], pair.length == 1 ? "" : pair[1]);
        }
    }

    /** Returns null if the URL is not for SQLite. */
    public static SqliteUrl of(String url, Map<String, String> properties) {
        if (url == null || !url.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) return null;
        return new SqliteUrl(url, properties);
    }

    /** Whether the database is in memory. */
    boolean isMemory() {
        return file.isEmpty()
                || file.equals(":memory:")
                || file.startsWith("file::memory:")
                || "memory".equals(all.get("mode"));
    }

    /** Whether the database belongs to one connection and ends with it. */
    boolean isPrivate() {
        return isMemory() && !(file.startsWith("file:") && "shared".equals(all.get("cache")));
    }

    /** Whether the database is in memory and exists as long as any connection to it. */
    boolean isShared() {
        return isMemory() && !isPrivate();
    }

    /** Whether it is read-only: it is opened so, or is part of a jar. */
    boolean isReadOnly() {
        return file.startsWith(":resource:")
                || "ro".equals(all.get("mode"))
                || "1".equals(all.get("immutable"))
                || (openMode() & OPEN_READ_ONLY) != 0;
    }

    private int openMode() {
        try {
            return Integer.parseInt(all.getOrDefault("open_mode", "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The configured way to begin transactions that may write. Default: IMMEDIATE. */
    String transactionMode() {
        return all.getOrDefault(TRANSACTION_MODE, "IMMEDIATE").toUpperCase(Locale.ROOT);
    }

    /** The URL for the driver, without the parameters that the pool handles itself. */
    String forDriver() {
        String kept = parameters.stream()
                .filter(parameter -> !OURS.contains(parameter.split("=", 2)[0]))
                .collect(Collectors.joining("&"));
        String bare = url.split("\\?", 2)[0];
        return kept.isEmpty() ? bare : bare + "?" + kept;
    }

    /** The properties for the driver, without those that the pool handles itself, and with the pool's defaults. */
    Map<String, String> propertiesForDriver() {
        Map<String, String> result = new HashMap<>();
        if (!all.containsKey(BUSY_TIMEOUT)) result.put(BUSY_TIMEOUT, BUSY_MILLIS);
        if (!all.containsKey(JOURNAL_MODE) && !isMemory() && !isReadOnly()) result.put(JOURNAL_MODE, "WAL");
        given.forEach((name, value) -> {
            if (!OURS.contains(name)) result.put(name, value);
        });
        return result;
    }
}
