package dev.rockpool.jdbc.internal.vendor;

final class PostgreSqlTable {
    static final VendorTable TABLE = VendorTable.named("postgresql", "pgsql", "redshift")
            .driver("postgresql", "org.postgresql:postgresql")
            .misspelt("postgres", "postgresql")
            .misspelt("pg", "postgresql")
            .lost(ErrorCodes.ofStates(
                            "57P04", // the database was dropped
                            "57P05", // idle_session_timeout
                            "25P03", // idle_in_transaction_session_timeout
                            "25P04") // transaction_timeout
                    .and(500150)) // Redshift's driver: a communication error
            .lostForAll(ErrorCodes.ofStates(
                    "57P01", // terminated by an administrator
                    "57P02", // the server crashed
                    "57P03")) // cannot connect now
            .hopeless(ErrorCodes.ofStates("08004")) // told by the driver: no password, no TLS, an unknown kind of login
            .full(ErrorCodes.ofStates("53300")) // of the server, the database or the role
            .retryable("40P01", null) // deadlock
            .setTransactionIsLocal();

    private PostgreSqlTable() {}
}
