package dev.rockpool.examples.bench.peer;

import dev.rockpool.examples.bench.driver.IdleDriver;

/**
 * What a pool connects to.
 *
 * @param user null if no login is needed
 * @param password null if none is needed
 */
public record Target(String url, String driver, String user, String password) {
    /** The idle driver accepts any login, but not all pools work without one. */
    private static final String LOGIN = "bench";

    /** A driver that does nothing, without delay. */
    public static final Target NOTHING = nothing(0, 0);

    /** A driver that does nothing, with these delays in milliseconds. */
    public static Target nothing(int connectMillis, int queryMillis) {
        return new Target(IdleDriver.url(connectMillis, queryMillis), IdleDriver.class.getName(), LOGIN, LOGIN);
    }

    public static Target postgres(String url, String user, String password) {
        return new Target(url, "org.postgresql.Driver", user, password);
    }

    boolean isPostgres() {
        return url.startsWith("jdbc:postgresql:");
    }

    @Override
    public String toString() {
        return url;
    }
}
