/**
 * Rockpool for JDBC: {@link dev.rockpool.jdbc.RockpoolDataSource} for threads, {@code JdbcPool} for coroutines, both on one
 * pool.
 */
package dev.rockpool.jdbc;
