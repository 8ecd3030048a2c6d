package dev.rockpool.internal.core.upkeep;

/**
 * What upkeep needs to know of the configuration. All times in nanoseconds; {@code Long.MAX_VALUE} for never.
 *
 * @param trustWindow how long an idle connection is lent unproven; 0 for none
 * @param probeOnReturn whether each connection is probed when it is returned
 * @param tick how often to look while something is in use or ages
 * @param eagerRetry the longest pause between connect attempts while somebody waits
 * @param failFastAfter how long the other side may be away before callers fail at once
 * @param slowOpen how long a connect may take before another one is begun beside it for those who wait
 * @param slowProbe how long a probe may take before something else is begun beside it for those who wait
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
