package dev.rockpool.internal.engine.acquire;

/**
 * A pool in which a {@link RacingCaller} may wait.
 *
 * @param index its number among the pools of the race
 */
public record RacePool<C>(int index, AcquireQueue<C> queue) {}
