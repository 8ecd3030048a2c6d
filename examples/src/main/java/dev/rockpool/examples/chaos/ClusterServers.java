package dev.rockpool.examples.chaos;

import dev.rockpool.testing.EmbeddedCluster;
import dev.rockpool.testing.FaultProxy;
import dev.rockpool.testing.FaultProxy.Links;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A primary and a standby that clients reach through a proxy each. While both run, a commit is confirmed when the
 * standby has it too. So no confirmed commit is lost with the primary.
 */
final class ClusterServers implements AutoCloseable {
    private final EmbeddedCluster servers = EmbeddedCluster.create();
    private final List<FaultProxy> proxies =
            List.of(FaultProxy.to("localhost", servers.port(0)), FaultProxy.to("localhost", servers.port(1)));

    ClusterServers() throws SQLException {
        confirmTwice();
    }

    String url(int member) {
        return servers.url(proxies.get(member));
    }

    /** The name of a member in a cluster. */
    String name(int member) {
        return "localhost:" + proxies.get(member).port();
    }

    String user() {
        return servers.user();
    }

    String password() {
        return servers.password();
    }

    int primary() {
        return servers.primary();
    }

    int standby() {
        return 1 - servers.primary();
    }

    /** Connects to a member as superuser, past its proxy. */
    Connection connect(int member) throws SQLException {
        return servers.connect(member);
    }

    void takeAway(int member, ClusterScenario scenario) {
        switch (scenario) {
            case PRIMARY_KILLED -> servers.kill(member);
            case PRIMARY_FROZEN -> servers.freeze(member);
            case PRIMARY_CUT_OFF -> proxies.get(member).blackHole(Links.ALL);
            case PLANNED_SWITCH -> servers.stop(member);
            case STANDBY_LAGS -> servers.pauseReplay(member);
        }
    }

    /** Ends what {@link #takeAway} did, if the member still runs. Returns whether it does. */
    boolean giveBack(int member, ClusterScenario scenario) {
        switch (scenario) {
            case PRIMARY_FROZEN -> servers.thaw(member);
            case PRIMARY_CUT_OFF -> proxies.get(member).heal();
            case STANDBY_LAGS -> servers.resumeReplay(member);
            case PRIMARY_KILLED, PLANNED_SWITCH -> {
                return false;
            }
        }
        return true;
    }

    void promote(int member) {
        servers.promote(member);
    }

    /** Makes the other member a standby of the primary. */
    void restore() throws SQLException {
        servers.startAsStandby(standby());
        servers.catchUp();
        confirmTwice();
    }

    private void confirmTwice() throws SQLException {
        ask(primary(), "alter system set synchronous_standby_names = '*'");
        ask(primary(), "select pg_reload_conf()");
        while (!"t".equals(ask(primary(), "select count(*) = 1 from pg_stat_replication where sync_state = 'sync'")))
            ClusterCallers.pause();
    }

    /** The first value of the first row; null if there is none. */
    String ask(int member, String sql) throws SQLException {
        try (Connection connection = connect(member);
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) return null;
            try (ResultSet row = statement.getResultSet()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    @Override
    public void close() {
        proxies.forEach(FaultProxy::close);
        servers.close();
    }
}
