package dev.rockpool.jdbc.internal.errors;

import java.util.Objects;
import java.util.stream.Stream;

/** The causes of an error. */
final class Causes {
    /** How far a chain of causes is followed, because some drivers build long ones, or cycles. */
    static final int FURTHEST = 10;

    private Causes() {}

    /** An error, its cause, the cause of that, and so on. */
    static Stream<Throwable> of(Throwable error) {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause).limit(FURTHEST);
    }
}
