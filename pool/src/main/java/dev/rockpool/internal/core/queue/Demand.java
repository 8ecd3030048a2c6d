package dev.rockpool.internal.core.queue;

import dev.rockpool.internal.core.slot.Preference;

/**
 * What a caller asks of a pool besides a connection. Immutable.
 *
 * @param callers whose quota the connection counts for; null for none
 * @param preference which idle connection it prefers; null for any
 */
public record Demand<C>(CallerClass callers, Preference<C> preference) {}
