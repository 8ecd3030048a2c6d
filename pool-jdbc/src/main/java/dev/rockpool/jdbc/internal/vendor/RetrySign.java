package dev.rockpool.jdbc.internal.vendor;

import java.sql.SQLException;
import java.util.Objects;

/**
 * An error by which a database asks for another run of the transaction. A code never counts alone: it means something else to another
 * vendor.
 *
 * @param state the SQLState; null: the driver gives none
 * @param code the vendor's code; null: any
 */
public record RetrySign(String state, Integer code) {
    public boolean fits(SQLException error) {
        return Objects.equals(error.getSQLState(), state) && (code == null || error.getErrorCode() == code);
    }
}
