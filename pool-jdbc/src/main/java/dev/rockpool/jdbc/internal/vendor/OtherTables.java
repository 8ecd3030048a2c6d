package dev.rockpool.jdbc.internal.vendor;

/** Vendors that need only short tables. */
final class OtherTables {
    static final VendorTable DERBY = VendorTable.named("derby")
            .driver("derby", "org.apache.derby:derby")
            .lost(ErrorCodes.of(40000, 45000, 50000)) // severities: session, database, system
            .wrongLogin(ErrorCodes.ofStates("08004"))
            .hopeless(ErrorCodes.ofStates("XJ004", "XJ028", "XJ040", "XJ041")) // no such database, bad URL, boot
            .probe("values 1");

    static final VendorTable DB2 = VendorTable.named("db2")
            .driver("db2", "com.ibm.db2:jcc")
            .lost(ErrorCodes.of(1224, 4470, 4499, 30081)) // ended by an administrator, closed, lost, network
            .full(ErrorCodes.of(1040, 1226)) // applications of the database, of the server
            .probe("values 1");

    static final VendorTable SYBASE = VendorTable.named("sybase")
            .lost(ErrorCodes.ofStates("JZ006")) // an I/O error
            .lostForAll(ErrorCodes.ofStates("JZ0C0", "JZ0C1")); // closed already, closed by an I/O error

    static final VendorTable HSQLDB = VendorTable.named("hsqldb")
            .driver("hsqldb", "org.hsqldb:hsqldb")
            .probe("select 1 from information_schema.system_users");

    static final VendorTable FIREBIRD =
            VendorTable.named("firebirdsql", "firebird").probe("select 1 from rdb$database");

    /** An unknown vendor: the codes of the standard, and those that most vendors use for a lost connection. */
    static final VendorTable UNKNOWN = VendorTable.named()
            .lost(ErrorCodes.of(1105, 2399, 500150))
            .lostForAll(ErrorCodes.ofStates("01002")) // disconnect error
            .retryable("40001", null); // serialization failure; MySQL and SQL Server use it for deadlocks, too

    private OtherTables() {}
}
