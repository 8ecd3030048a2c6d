package dev.rockpool.jdbc.internal.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens a connection of the driver. */
public interface Opening {
    Connection open() throws SQLException;
}
