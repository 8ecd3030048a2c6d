package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.jdbc.internal.cluster.Observation.Answer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a PostgreSQL server is asked about itself. Any user may ask; only the timeline of a standby needs more rights. */
final class MemberSession {
    private static final double NANOS = 1e9;

    private static final String WHAT = "select r, "
            + "coalesce(((case when r then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)"
            + " - '0/0'::pg_lsn)::bigint, 0), "
            + "coalesce(case when r then (select received_tli from pg_stat_wal_receiver)"
            + " else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end, 0), "
            + "(select system_identifier from pg_control_system()), "
            + "coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0) "
            + "from (select pg_is_in_recovery()) as it (r)";

    private MemberSession() {}

    static Answer ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHAT)) {
            row.next();
            return new Answer(row.getBoolean(1), row.getLong(3), row.getLong(2), row.getLong(4), (long)
                    (Math.max(0, row.getDouble(5)) * NANOS));
        }
    }

    static boolean isStandby(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
