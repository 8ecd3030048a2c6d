package dev.rockpool.jdbc.internal.vendor;

/** Microsoft SQL Server and Azure SQL. */
final class SqlServerTable {
    static final VendorTable TABLE = VendorTable.named("sqlserver", "jtds")
            .driver("sqlserver", "com.microsoft.sqlserver:mssql-jdbc")
            .misspelt("mssql", "sqlserver")
            // no process at the other end, being killed, shutdown, network; Azure: failover, not available
            .lost(ErrorCodes.of(233, 596, 6005, 6006, 10053, 10054, 10060, 17142, 40197, 40613))
            // login failed (twice), disabled, locked, password expired, password to be changed
            .wrongLogin(ErrorCodes.of(18452, 18456, 18470, 18486, 18487, 18488))
            .hopeless(ErrorCodes.of(4060)) // unknown database
            .full(ErrorCodes.of(17809, 10928, 10929, 10936)) // user connections; Azure: sessions, workers
            .passing(ErrorCodes.of(1204, 1205, 1222, 3906)); // no locks, deadlock, lock timeout, read-only

    private SqlServerTable() {}
}
