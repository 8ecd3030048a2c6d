package dev.rockpool.jdbc.internal.files;

import dev.rockpool.jdbc.JdbcConfig;

/**
 * A pool of a file.
 *
 * @param config its settings, without a budget
 * @param guaranteed how many connections of the budget it can always have
 */
public record FilePool(JdbcConfig config, int guaranteed) {}
