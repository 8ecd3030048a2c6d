package dev.rockpool.jdbc.internal.connection;

/**
 * The arguments with which a statement was prepared. Statements with equal keys are interchangeable.
 *
 * @param how the numbers among the other arguments of {@code prepareStatement}
 * @param columns the columns whose generated values are wanted; null if not specified
 */
record StatementKey(String sql, long how, Object columns) {
    /** Three constants of {@code ResultSet}, all of which are small. */
    static long how(int type, int concurrency, int holdability) {
        return (long) type << 32 | (long) concurrency << 16 | holdability;
    }
}
