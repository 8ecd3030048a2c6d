package dev.rockpool.jdbc.internal.budget;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to the coordinator. */
public interface SessionSource {
    Connection connect() throws SQLException;
}
