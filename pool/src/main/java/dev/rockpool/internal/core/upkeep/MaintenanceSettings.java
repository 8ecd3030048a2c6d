package dev.rockpool.internal.core.upkeep;

/**
 * The part of the configuration that maintenance needs. All times in nanoseconds; {@code Long.MAX_VALUE} for never.
 *
 * @param trustWindow how long an idle connection is lent without a probe; 0 probes before every lease
 * @param probeOnReturn whether each connection is probed when it is returned
 * @param tick how often to look while something is in use or ages
 * @param eagerRetry the longest pause between connects while a caller waits
 * @param failFastAfter how long the server may be down before callers fail at once
 * @param slowOpen how long a connect may take before another one is started for waiters
 * @param slowProbe how long a probe may take before a connect is started for waiters
 */
public record MaintenanceSettings(
        int maxSize,
        int minIdle,
        int maxConcurrentOpens,
        long trustWindow,
        boolean probeOnReturn,
        long idleTimeout,
        long keepaliveInterval,
        long tick,
        long eagerRetry,
        long failFastAfter,
        long slowOpen,
        long slowProbe) {}
