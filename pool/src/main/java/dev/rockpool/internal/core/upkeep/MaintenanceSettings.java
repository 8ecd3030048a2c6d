package dev.rockpool.internal.core.upkeep;

import dev.rockpool.PoolConfig;
import dev.rockpool.internal.base.NanoMath;

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
        long slowProbe) {
    /** While callers wait, connects are tried at least this often. */
    private static final long EAGER_RETRY = 100_000_000;

    /** Most connects take much less, and a handshake over a slow network still fits. */
    private static final long SLOW_OPEN = 1_000_000_000;

    /** Most probes are one round trip. */
    private static final long SLOW_PROBE = 250_000_000;

    /**
     * The settings of this pool.
     *
     * @param dormant whether no caller has needed a connection yet, so that none is opened before
     */
    public static MaintenanceSettings of(PoolConfig config, boolean dormant) {
        return new MaintenanceSettings(
                config.getMaxSize(),
                dormant ? 0 : config.getMinIdle(),
                config.getMaxConcurrentOpens(),
                NanoMath.nanos(config.getTrustWindow()),
                config.getProbeOnReturn(),
                NanoMath.nanos(config.getIdleTimeout()),
                NanoMath.nanos(config.getKeepaliveInterval()),
                NanoMath.nanos(config.getStatsInterval()),
                EAGER_RETRY,
                NanoMath.nanos(config.getFailFastAfter()),
                SLOW_OPEN,
                SLOW_PROBE);
    }
}
