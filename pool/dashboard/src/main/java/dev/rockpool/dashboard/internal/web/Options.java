package dev.rockpool.dashboard.internal.web;

import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;

/**
 * The settings of a dashboard; all are valid.
 *
 * @param interval milliseconds between two looks at the pools
 * @param patience milliseconds after which a reader that takes nothing is cut off
 */
public record Options(Tokens tokens, HostNames hosts, boolean showSql, long interval, long patience) {
    public Options(Tokens tokens, HostNames hosts, boolean showSql) {
        this(tokens, hosts, showSql, 1000, 10_000);
    }
}
