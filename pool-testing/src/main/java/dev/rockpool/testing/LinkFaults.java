package dev.rockpool.testing;

import dev.rockpool.testing.FaultProxy.Direction;

/**
 * The faults of one connection of a {@link FaultProxy}.
 *
 * @param latency of each chunk, in nanoseconds
 * @param bandwidth in bytes per second; 0 for no limit
 * @param silent whether the connection to the server waits for {@link FaultProxy#heal()}
 */
record LinkFaults(long latency, int bandwidth, boolean holdsToServer, boolean holdsToClient, boolean silent) {
    static final LinkFaults NONE = new LinkFaults(0, 0, false, false, false);

    LinkFaults withLatency(long nanos) {
        return new LinkFaults(nanos, bandwidth, holdsToServer, holdsToClient, silent);
    }

    LinkFaults withBandwidth(int bytesPerSecond) {
        return new LinkFaults(latency, bytesPerSecond, holdsToServer, holdsToClient, silent);
    }

    LinkFaults withHole(Direction direction) {
        return new LinkFaults(
                latency,
                bandwidth,
                holdsToServer || direction != Direction.TO_CLIENT,
                holdsToClient || direction != Direction.TO_SERVER,
                silent);
    }

    LinkFaults withSilence() {
        return new LinkFaults(latency, bandwidth, holdsToServer, holdsToClient, true);
    }

    boolean holds(Direction direction) {
        return direction == Direction.TO_SERVER ? holdsToServer : holdsToClient;
    }
}
