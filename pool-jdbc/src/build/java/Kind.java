import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One interface.
 *
 * @param parent what the class of forwards extends; methods that the parent's interface has are not written again
 * @param own the names, or signatures, of methods that are written by hand
 */
record Kind(String name, String parent, Set<String> own) {
    private static final String LEASE = "LeasedConnection";
    private static final String VALUE = "LeasedValue";

    static final List<Kind> ALL = List.of(
            new Kind(
                    "Connection",
                    LEASE,
                    Set.of(
                            "close",
                            "isClosed",
                            "abort",
                            "isValid",
                            "unwrap",
                            "isWrapperFor",
                            "commit",
                            "rollback",
                            "getAutoCommit",
                            "setAutoCommit",
                            "isReadOnly",
                            "setReadOnly",
                            "getTransactionIsolation",
                            "setTransactionIsolation",
                            "getCatalog",
                            "setCatalog",
                            "getSchema",
                            "setSchema",
                            "getNetworkTimeout",
                            "setNetworkTimeout",
                            "getHoldability",
                            "setHoldability",
                            "getTypeMap",
                            "setTypeMap",
                            "getClientInfo()",
                            "setClientInfo",
                            "setShardingKey",
                            "setShardingKeyIfValid",
                            "prepareStatement",
                            "prepareCall")),
            new Kind(
                    "Statement",
                    "Handle",
                    Set.of(
                            "close",
                            "isClosed",
                            "getConnection",
                            "getResultSet",
                            "getGeneratedKeys",
                            "closeOnCompletion",
                            "setQueryTimeout",
                            "unwrap",
                            "isWrapperFor")),
            new Kind("PreparedStatement", "PooledStatement", Set.of()),
            new Kind("CallableStatement", "PreparedStatementForwards", Set.of()),
            new Kind("ResultSet", "Handle", Set.of("close", "isClosed", "getStatement", "unwrap", "isWrapperFor")),
            new Kind(
                    "DatabaseMetaData",
                    null,
                    Set.of(
                            "getConnection",
                            "unwrap",
                            "isWrapperFor",
                            "getDriverMajorVersion",
                            "getDriverMinorVersion")),
            Kind.value("Array"),
            Kind.value("Blob"),
            Kind.value("Clob"),
            Kind.value("NClob"),
            Kind.value("ParameterMetaData"),
            Kind.value("Ref"),
            Kind.value("ResultSetMetaData"),
            Kind.value("SQLXML"),
            Kind.value("Struct"));

    /** What is handed out as a value of a lease. */
    static final Set<String> VALUES =
            ALL.stream().filter(Kind::isValue).map(Kind::api).collect(Collectors.toSet());

    /** A value that a lease handed out. Nothing of it is written by hand. */
    static Kind value(String name) {
        return new Kind(name, VALUE, Set.of());
    }

    boolean isValue() {
        return VALUE.equals(parent);
    }

    /** Whether what {@code Statement} has is inherited. */
    boolean ofStatement() {
        return parent != null && !parent.equals("Handle") && !isValue() && !isLease();
    }

    /** The connection itself. Its parent has all that the forwards need. */
    boolean isLease() {
        return LEASE.equals(parent);
    }

    /** The lease, in the generated code. */
    String lease() {
        return isLease() ? "this" : "connection";
    }

    /** The interface. */
    String api() {
        return "java.sql." + name;
    }
}
