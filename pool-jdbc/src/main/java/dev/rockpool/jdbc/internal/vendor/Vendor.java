package dev.rockpool.jdbc.internal.vendor;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The database vendors that Rockpool knows. The facts about each are in its {@link VendorTable}. */
public enum Vendor {
    POSTGRESQL(PostgreSqlTable.TABLE),
    MYSQL(MySqlTable.TABLE),
    ORACLE(OracleTable.TABLE),
    SQL_SERVER(SqlServerTable.TABLE),
    H2(H2Table.TABLE),
    DERBY(OtherTables.DERBY),
    SQLITE(SqliteTable.TABLE),
    DB2(OtherTables.DB2),
    SYBASE(OtherTables.SYBASE),
    HSQLDB(OtherTables.HSQLDB),
    FIREBIRD(OtherTables.FIREBIRD),

    /** An unknown vendor. */
    OTHER(OtherTables.UNKNOWN);

    /** How many parts of a URL are checked. */
    private static final int PARTS = 4;

    private static final List<Vendor> ALL = List.of(values());

    private final VendorTable table;

    Vendor(VendorTable table) {
        this.table = table;
    }

    /** Whether a connection is lost after this error, in addition to the errors of the standard. */
    public boolean isLost(String state, int code) {
        if (table.lost.has(state, code)) return true;
        for (Vendor vendor : ALL) if (vendor.table.lostForAll.has(state, 0)) return true;
        return false;
    }

    /** The class of the cause that, with this code, means that the connection is lost; null if there is none. */
    public String lostThrough(int code) {
        return table.lostThrough.get(code);
    }

    /** Whether this connect failure means that the server refused the login, in addition to the errors of the standard. */
    public boolean isWrongLogin(String state, int code) {
        return table.wrongLogin.has(state, code);
    }

    /** Whether a retry of the connect cannot help after this error, in addition to refused logins and the standard. */
    public boolean isHopeless(String state, int code) {
        return table.hopeless.has(state, code);
    }

    /** Whether this connect failure means that the server works but has reached its connection limit. */
    public boolean isFull(String state, int code) {
        return table.full.has(state, code);
    }

    /**
     * Whether this error of a statement means "not now" or "not on this server", in addition to those of the standard.
     */
    public boolean isPassing(String state, int code) {
        return table.passing.has(state, code);
    }

    /** A query that every database of the vendor answers at once. */
    public String probe() {
        return table.probe;
    }

    /** Whether {@code SET TRANSACTION} affects only the current transaction. */
    public boolean setTransactionIsLocal() {
        return table.setTransactionIsLocal;
    }

    /** Whether a driver class belongs to this vendor, by its package. */
    public boolean isOf(Class<?> type) {
        return hasAny(type.getName().toLowerCase(Locale.ROOT).split("\\."));
    }

    private boolean hasAny(String[] words) {
        for (String word : words) if (table.names.contains(word)) return true;
        return false;
    }

    /**
     * Finds the vendor by the first known part of a URL, because some drivers wrap another one ({@code
     * jdbc:otel:mysql:}). Null if no part is known.
     */
    public static Vendor ofUrl(String url) {
        int host = url.indexOf("//");
        String[] parts = (host < 0 ? url : url.substring(0, host)).split(":");
        for (int i = 1; i < parts.length && i <= PARTS; i++) {
            String part = parts[i].toLowerCase(Locale.ROOT);
            for (Vendor vendor : ALL) if (vendor.table.names.contains(part)) return vendor;
        }
        return null;
    }

    /**
     * Finds the vendor by the driver's class or the product name of the database; {@link #OTHER} if neither is known.
     * May ask the driver, so it is called once per pool.
     */
    public static Vendor of(Connection connection) {
        for (Vendor vendor : ALL) if (vendor.isOf(connection.getClass())) return vendor;
        return ofProduct(connection);
    }

    private static Vendor ofProduct(Connection connection) {
        String product;
        try {
            product = connection.getMetaData().getDatabaseProductName();
        } catch (SQLException | RuntimeException unknown) {
            return OTHER;
        }
        if (product == null) return OTHER;
        String[] words = product.toLowerCase(Locale.ROOT)
                .replace("sql server", "sqlserver")
                .split("[ /]");
        for (Vendor vendor : ALL) if (vendor.hasAny(words)) return vendor;
        return OTHER;
    }

    /** All errors of all vendors by which a database asks to run the transaction again. */
    public static Stream<RetrySign> retrySigns() {
        return ALL.stream().flatMap(vendor -> vendor.table.retryable.stream());
    }

    /** The names at the start of URLs, with the Maven coordinates of their drivers. */
    public static Map<String, String> drivers() {
        return merged(table -> table.drivers);
    }

    /** Frequent misspellings in URLs, with the correct name. */
    public static Map<String, String> misspelt() {
        return merged(table -> table.misspelt);
    }

    private static Map<String, String> merged(Function<VendorTable, Map<String, String>> part) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Vendor vendor : ALL) all.putAll(part.apply(vendor.table));
        return all;
    }
}
