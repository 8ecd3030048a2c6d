package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Opens pools on the server that the run has started. */
final class Postgres {
    /** A target whose address is not known yet; enough to know how a pool is configured for it. */
    static final Target UNKNOWN = Target.postgres("jdbc:postgresql:", null, null);

    private static final long OPENING_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final String SESSIONS =
            "select count(*) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()";

    private Postgres() {}

    /** Opens a pool and waits until it has its connections. */
    static OpenPool filled(JdbcPeer peer, ForkInput input, Room room) throws Exception {
        OpenPool pool = peer.open(Target.postgres(input.getUrl(), input.getUser(), input.getPassword()), room);
        long deadline = System.nanoTime() + OPENING_NANOS;
        try (Connection beside = connect(input)) {
            while (sessions(beside) < room.min()) {
                if (System.nanoTime() - deadline > 0)
                    throw new IllegalStateException("the pool did not open its connections");
                Thread.sleep(1);
            }
        }
        return pool;
    }

    /** Opens a connection outside any pool. */
    static Connection connect(ForkInput input) throws SQLException {
        return DriverManager.getConnection(input.getUrl(), input.getUser(), input.getPassword());
    }

    /** A caller with its own connection. */
    static Lender own(ForkInput input) {
        return Lender.own(input.getUrl(), input.getUser(), input.getPassword());
    }

    private static int sessions(Connection beside) throws SQLException {
        try (PreparedStatement statement = beside.prepareStatement(SESSIONS);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
