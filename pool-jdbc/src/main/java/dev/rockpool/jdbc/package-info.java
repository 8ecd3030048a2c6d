/**
 * Rockpool for JDBC: {@link dev.rockpool.jdbc.RockpoolDataSource} for threads and {@code JdbcPool} for coroutines, on one pool.
 */
package dev.rockpool.jdbc;
