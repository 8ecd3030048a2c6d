package dev.rockpool.jdbc.internal.errors;

import dev.rockpool.jdbc.internal.vendor.RetrySign;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Recognises errors by which a database asks to run the transaction again, because it conflicted with another one. */
public final class RetryableErrors {
    private static final List<RetrySign> SIGNS = Vendor.retrySigns().toList();

    private RetryableErrors() {}

    /** Checks this failure, its causes, and the next exceptions of each. */
    public static boolean isOne(Throwable failure) {
        return Causes.of(failure)
                .filter(SQLException.class::isInstance)
                .flatMap(error -> Stream.iterate((SQLException) error, Objects::nonNull, SQLException::getNextException)
                        .limit(Causes.FURTHEST))
                .anyMatch(error -> SIGNS.stream().anyMatch(sign -> sign.fits(error)));
    }
}
