package dev.rockpool.jdbc.internal.vendor;

import java.sql.SQLException;
import java.util.Objects;

/**
 * An error by which a database asks to run the transaction again. A code never counts alone, because it has another
 * meaning for other vendors.
 *
 * @param state the SQLState; null if the driver gives none
 * @param code the vendor's code; null for any
 */
public record RetrySign(String state, Integer code) {
    public boolean fits(SQLException error) {
        return Objects.equals(error.getSQLState(), state) && (code == null || error.getErrorCode() == code);
    }
}
