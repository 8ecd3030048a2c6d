package dev.rockpool.jdbc.internal.vendor;

import java.sql.Connection;
import java.util.Locale;
import java.util.Map;

/** The names of isolation levels, as configuration files write them. */
public final class Isolations {
    private static final String PREFIX = "TRANSACTION_";

    private static final Map<String, Integer> LEVELS = Map.of(
            "NONE", Connection.TRANSACTION_NONE, // Db2 for i
            "READ_UNCOMMITTED", Connection.TRANSACTION_READ_UNCOMMITTED,
            "READ_COMMITTED", Connection.TRANSACTION_READ_COMMITTED,
            "CURSOR_STABILITY", 3, // Db2
            "REPEATABLE_READ", Connection.TRANSACTION_REPEATABLE_READ,
            "LAST_COMMITTED", 5, // Db2
            "SERIALIZABLE", Connection.TRANSACTION_SERIALIZABLE,
            "SQL_SERVER_SNAPSHOT_ISOLATION_LEVEL", 4096); // SQL Server

    private Isolations() {}

    /** Whether a level of the standard, or of a vendor, has this number. */
    public static boolean isKnown(int level) {
        return LEVELS.containsValue(level);
    }

    /**
     * The level with this name, with or without the prefix {@code TRANSACTION_}, or with this number; null if there is
     * none.
     */
    public static Integer parse(String value) {
        String name = value.toUpperCase(Locale.ROOT);
        Integer level = LEVELS.get(name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name);
        if (level != null) return level;
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
