package dev.rockpool;

/**
 * A {@link Preparer} for Java and other blocking code, such as JDBC.
 *
 * @param <C> what is pooled
 */
@FunctionalInterface
public interface BlockingPreparer<C> {
    /**
     * Prepares a connection for this tag, whatever it was prepared for before. If it throws, the connection is closed
     * and another one is tried, at most three times. A reset keeps what this has set.
     *
     * @param tag such as a tenant or a role; null means: as a new connection
     */
    void prepare(C connection, Object tag) throws Exception;

    /**
     * How expensive it is to change a connection from one tag to another, compared to others. At least 0; default 1.
     *
     * @param from a tag, or null
     * @param to a tag, or null
     */
    default int cost(Object from, Object to) {
        return 1;
    }

    /**
     * Whether a connection that was prepared for this tag still is. Otherwise it is prepared again. Called before each
     * lease, so it must be quick and must not ask the server. Default: true.
     *
     * @param used whether anything may have run on the connection since it was prepared
     */
    default boolean isPrepared(C connection, Object tag, boolean used) {
        return true;
    }
}
