package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.Target;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads one row, and prints how long that took since the JVM began, and how many classes it needed. Then it exits. */
final class ColdStart {
    static final String URL = "BENCH_URL";
    static final String USER = "BENCH_USER";
    static final String PASSWORD = "BENCH_PASSWORD";

    private ColdStart() {}

    /** @param args the key of a pool, or anything else for a connection without one */
    public static void main(String[] args) throws Exception {
        String url = System.getenv(URL);
        String user = System.getenv(USER);
        String password = System.getenv(PASSWORD);
        if (args[0].equals("dedicated")) {
            try (Connection connection = DriverManager.getConnection(url, user, password)) {
                read(connection);
            }
        } else {
            JdbcPeer peer = Idle.peer(args[0]);
            try (Connection connection = peer.open(Target.postgres(url, user, password), ColdStartCase.ROOM)
                    .dataSource()
                    .getConnection()) {
                read(connection);
            }
        }
        long now = System.currentTimeMillis();
        // The beans load the same classes for all.
        long classes = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
        long began = ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.println(now - began + " " + classes);
        Runtime.getRuntime().halt(0);
    }

    private static void read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select 1")) {
            row.next();
        }
    }
}
