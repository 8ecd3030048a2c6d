package dev.rockpool.jdbc.internal.connection;

import java.time.Instant;

/**
 * Identifies a session of a PostgreSQL server. A process number can be reused, but only by a session that begins after this one has ended.
 *
 * @param server address and port as the server knows them
 * @param pid its process there
 * @param seen when it was there, by the server's clock
 */
public record PostgresSession(String server, int pid, Instant seen) {
    /** The latest time at which this session can have begun; one second later than seen, in case the clock was set back. */
    public Instant begunBefore() {
        return seen.plusSeconds(1);
    }
}
