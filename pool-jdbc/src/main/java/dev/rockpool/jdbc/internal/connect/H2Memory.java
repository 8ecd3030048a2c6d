package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.jdbc.JdbcConfig;
import java.util.Collection;
import java.util.Locale;

/**
 * An in-memory H2 database ends with its last connection, and a pool closes connections that are old or not needed. The pool could keep one
 * open for itself, but then data would live longer than its user expects. So it only logs a warning.
 */
final class H2Memory {
    private static final String SCHEME = "JDBC:H2:MEM:";
    private static final String DELAY = "DB_CLOSE_DELAY";

    private H2Memory() {}

    /** @param properties the names of the driver's properties */
    static void warn(JdbcConfig config, Collection<String> properties) {
        String warning = warning(config, properties);
        if (warning == null) return;
        String pool = config.getPool().getName();
        PoolLogKt.logWarn(null, () -> "pool '" + pool + "': " + warning);
    }

    /** The warning for this pool; null if its data is safe. */
    private static String warning(JdbcConfig config, Collection<String> properties) {
        String url = config.getUrl() == null ? "" : config.getUrl().toUpperCase(Locale.ROOT);
        if (!url.startsWith(SCHEME)) return null;
        if (url.substring(SCHEME.length()).split(";", 2)[0].isEmpty())
            return "each connection has a database of its own, because the url names none; write jdbc:h2:mem:<name>;"
                    + DELAY + "=-1";
        if (keeps(config, url, properties)) return null;
        return "the database in memory loses its data with its last connection; add ;" + DELAY + "=-1 to the url";
    }

    private static boolean keeps(JdbcConfig config, String url, Collection<String> properties) {
        if (url.contains(DELAY)) return true;
        for (String property : properties) if (DELAY.equalsIgnoreCase(property)) return true;
        for (String sql : config.getInitSql()) if (sql.toUpperCase(Locale.ROOT).contains(DELAY)) return true;
        return false;
    }
}
