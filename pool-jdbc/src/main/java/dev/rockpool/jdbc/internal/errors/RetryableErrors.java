package dev.rockpool.jdbc.internal.errors;

import dev.rockpool.jdbc.internal.vendor.RetrySign;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Tells by which errors a database says: you met another transaction, run yours again. */
public final class RetryableErrors {
    private static final List<RetrySign> SIGNS = Vendor.retrySigns().toList();

    private RetryableErrors() {}

    /** Looks at this failure, at its causes, and at the next exceptions of each. */
    public static boolean isOne(Throwable failure) {
        return Causes.of(failure)
                .filter(SQLException.class::isInstance)
                .flatMap(error -> Stream.iterate((SQLException) error, Objects::nonNull, SQLException::getNextException)
                        .limit(Causes.FURTHEST))
                .anyMatch(error -> SIGNS.stream().anyMatch(sign -> sign.fits(error)));
    }
}
