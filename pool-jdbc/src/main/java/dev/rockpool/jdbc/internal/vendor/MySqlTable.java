package dev.rockpool.jdbc.internal.vendor;

/** MySQL and MariaDB. */
final class MySqlTable {
    private static final int LOCK_WAIT = 1205;
    private static final int DEADLOCK = 1213;

    static final VendorTable TABLE = VendorTable.named("mysql", "mariadb")
            .driver("mysql", "com.mysql:mysql-connector-j")
            .driver("mariadb", "org.mariadb.jdbc:mariadb-java-client")
            .lost(ErrorCodes
                    // out of memory, too many connections, out of resources, bad host, handshake, unknown command
                    .of(1037, 1040, 1041, 1042, 1043, 1047)
                    .and(1053, 1077, 1078, 1079, 1080, 1081) // shut down, forced to close, no socket
                    .and(1105) // the answer of proxies whose server is lost
                    .and(1129, 1130) // host blocked, host not allowed
                    .andRange(1152, 1161) // aborted; a packet too large, and the server hangs up; network errors
                    .and(1184, 1189, 1190, 2006, 2013) // the same, gone away, lost during a query
                    .and(1927, 3169, 4031)) // the session was killed (twice), inactive for wait_timeout
            .wrongLogin(ErrorCodes.of(1045, 1820, 1862, 3118)) // wrong password, expired (twice), account locked
            .hopeless(ErrorCodes.of(1044, 1049, 1130)) // no access to the database, no such database, host not allowed
            .full(ErrorCodes.of(1040, 1203, 1226)) // of the server, of the user (twice)
            // lock timeout, deadlock, read-only (three times), interrupted, time limit exceeded
            .passing(ErrorCodes.of(LOCK_WAIT, DEADLOCK, 1290, 1792, 1836, 1317, 3024))
            .retryable("HY000", LOCK_WAIT) // its text says "try restarting transaction"
            .retryable("HY000", DEADLOCK) // Galera and proxies, without the SQLState of the standard
            .setTransactionIsLocal();

    private MySqlTable() {}
}
