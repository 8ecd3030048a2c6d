package dev.rockpool.jdbc.internal.vendor;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The vendors of databases that Rockpool knows. What it knows of each is in the vendor's table. */
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

    /** One that is not known. */
    OTHER(OtherTables.UNKNOWN);

    /** How many parts of a URL are looked at. */
    private static final int PARTS = 4;

    private static final List<Vendor> ALL = List.of(values());

    private final VendorTable table;

    Vendor(VendorTable table) {
        this.table = table;
    }

    /** Tells whether a connection is of no use after this error, beside the errors of the standard. */
    public boolean isLost(String state, int code) {
        if (table.lost.has(state, code)) return true;
        for (Vendor vendor : ALL) if (vendor.table.lostForAll.has(state, 0)) return true;
        return false;
    }

    /** The class of the exception that, behind this code, says that the connection is lost; null when there is none. */
    public String lostThrough(int code) {
        return table.lostThrough.get(code);
    }

    /** Tells whether another try to connect does not help after this error, beside the errors of the standard. */
    public boolean isHopeless(String state, int code) {
        return table.hopeless.has(state, code);
    }

    /** Tells whether this error of a connect says that the server works, and has no place for one more. */
    public boolean isFull(String state, int code) {
        return table.full.has(state, code);
    }

    /** Tells whether this error of a statement says "not now" or "not on this server", beside those of the standard. */
    public boolean isPassing(String state, int code) {
        return table.passing.has(state, code);
    }

    /** A query that any of its databases answers at once. */
    public String probe() {
        return table.probe;
    }

    /** Tells whether {@code SET TRANSACTION} is about the present transaction only. */
    public boolean setTransactionIsLocal() {
        return table.setTransactionIsLocal;
    }

    /** Tells whether a class of a driver is this vendor's, by its package. */
    public boolean isOf(Class<?> type) {
        return hasAny(type.getName().toLowerCase(Locale.ROOT).split("\\."));
    }

    private boolean hasAny(String[] words) {
        for (String word : words) if (table.names.contains(word)) return true;
        return false;
    }

    /**
     * Finds the vendor in a URL: the first of its parts that is known, since some drivers wrap another one
     * ({@code jdbc:otel:mysql:}). Null when no part is known.
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
     * Finds the vendor by the driver's class, or by what the database calls itself; {@link #OTHER} when neither is known. May ask the
     * driver, so it is asked once per pool.
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

    /** All errors of all vendors by which a database asks for another run of the transaction. */
    public static Stream<RetrySign> retrySigns() {
        return ALL.stream().flatMap(vendor -> vendor.table.retryable.stream());
    }

    /** The names that URLs begin with, each with the Maven coordinates of its driver. */
    public static Map<String, String> drivers() {
        return merged(table -> table.drivers);
    }

    /** What people also write in URLs, each with the name that they mean. */
    public static Map<String, String> misspelt() {
        return merged(table -> table.misspelt);
    }

    private static Map<String, String> merged(Function<VendorTable, Map<String, String>> part) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Vendor vendor : ALL) all.putAll(part.apply(vendor.table));
        return all;
    }
}
