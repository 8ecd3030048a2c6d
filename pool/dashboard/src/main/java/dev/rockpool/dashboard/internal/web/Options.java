package dev.rockpool.dashboard.internal.web;

import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;
import dev.rockpool.monitor.PoolMonitor;
import java.util.List;

/**
 * The settings of a dashboard; all are valid.
 *
 * @param monitors monitors of the application, whose alerts are shown
 * @param interval milliseconds between two looks at the pools
 * @param patience milliseconds after which a reader that takes nothing is cut off
 */
public record Options(
        Tokens tokens, HostNames hosts, boolean showSql, List<PoolMonitor> monitors, long interval, long patience) {
    private static final long SECOND = 1000;

    public Options(Tokens tokens, HostNames hosts, boolean showSql, List<PoolMonitor> monitors) {
        this(tokens, hosts, showSql, monitors, SECOND, 10 * SECOND);
    }
}
