package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.BlockingPreparer;
import java.sql.Connection;

/**
 * What is done with a leased connection before its user gets it.
 *
 * @param hooks null for none
 * @param preparer null for none
 */
public record Preparation(BlockingConnectionHooks<Connection> hooks, BlockingPreparer<Connection> preparer) {}
