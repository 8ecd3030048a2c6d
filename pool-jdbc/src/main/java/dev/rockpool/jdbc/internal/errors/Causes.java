package dev.rockpool.jdbc.internal.errors;

import java.util.Objects;
import java.util.stream.Stream;

/** What stands behind an error. */
final class Causes {
    /** How far a chain is followed: some drivers build long ones, or rings. */
    static final int FURTHEST = 10;

    private Causes() {}

    /** An error, its cause, the cause of that, and so on. */
    static Stream<Throwable> of(Throwable error) {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause).limit(FURTHEST);
    }
}
