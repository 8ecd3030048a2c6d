package dev.rockpool.jdbc.internal.vendor;

final class OracleTable {
    static final VendorTable TABLE = VendorTable.named("oracle")
            .driver("oracle", "com.oracle.database.jdbc:ojdbc11")
            .lost(ErrorCodes
                    // killed (28, 31), internal error, not logged on, being started or shut down
                    .of(28, 31, 600, 1012, 1014, 1033, 1034, 1035, 1041, 1089, 1090, 1092, 1094)
                    // idle or connect time exceeded (2396, 2399), protocol errors, end of file, lost contact
                    .and(2396, 2399, 3106, 3111, 3113, 3114, 3135, 3136)
                    // the driver: I/O error, closed connection, no more data, protocol state
                    .and(17002, 17008, 17401, 17409, 17410, 17447)
                    .andRange(12100, 12299) // network
                    .andRange(12500, 12699))
            // no or wrong password, no right to log in, account locked, password expired
            .wrongLogin(ErrorCodes.of(1005, 1017, 1045, 28000, 28001))
            .hopeless(ErrorCodes.of(12154, 12505)) // unknown SID or alias
            // sessions, processes, sessions of the user; the listener has no handler left (three times)
            .full(ErrorCodes.of(18, 20, 2391, 12516, 12519, 12520))
            // in use, deadlock, cancelled, lock timeout, read-only
            .passing(ErrorCodes.of(54, 60, 1013, 4021, 16000))
            .probe("select 1 from dual")
            .setTransactionIsLocal();

    private OracleTable() {}
}
