package dev.rockpool.internal.engine.runtime;

import dev.rockpool.ConnectFailure;

/**
 * The latest connect failure.
 *
 * @param kind how the factory classified it
 */
public record LastConnectFailure(Throwable cause, ConnectFailure kind) {}
