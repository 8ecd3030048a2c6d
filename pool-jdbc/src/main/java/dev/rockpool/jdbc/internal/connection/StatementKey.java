package dev.rockpool.jdbc.internal.connection;

/**
 * What a prepared statement was asked for with. Two of the same key can stand for each other.
 *
 * @param how the numbers among the other arguments of {@code prepareStatement}
 * @param columns those whose generated values are wanted; null when that was not said
 */
record StatementKey(String sql, long how, Object columns) {
    /** Three constants of {@code ResultSet}, all of which are small. */
    static long how(int type, int concurrency, int holdability) {
        return (long) type << 32 | (long) concurrency << 16 | holdability;
    }
}
