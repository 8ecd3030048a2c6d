package dev.rockpool.internal.core;

/**
 * What upkeep needs to know of the configuration. All times in nanoseconds; {@code Long.MAX_VALUE} for never.
 *
 * @param tick how often to look while something is in use or ages
 * @param eagerRetry the longest pause between connect attempts while somebody waits
 */
public record UpkeepSettings(
        int maxSize,
        int minIdle,
        int maxConcurrentOpens,
        long trustWindow,
        long idleTimeout,
        long keepaliveInterval,
        long tick,
        long eagerRetry) {}
