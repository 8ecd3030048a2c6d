package dev.rockpool.jdbc;

import java.util.Objects;

/**
 * A position in the log of changes of a {@link JdbcCluster}. A read {@code after} it sees everything that was committed
 * before the mark was taken. Immutable. Its text can travel with a session or a message to another process.
 */
public final class Mark implements Comparable<Mark> {
    private static final int HALF = 32;
    private static final long LOW = 0xFFFFFFFFL;

    private final long position;

    private Mark(long position) {
        this.position = position;
    }

    /** The mark at this byte position of the log. */
    public static Mark of(long position) {
        return new Mark(position);
    }

    /**
     * Reads what {@link #toString} has written, such as {@code 0/16B3748}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Mark parse(String text) {
        Objects.requireNonNull(text, "text");
        String[] halves = text.split("/", -1);
        try {
            if (halves.length == 2)
                return new Mark(Long.parseLong(halves[0], 16) << HALF | Long.parseLong(halves[1], 16) & LOW);
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("mark is '" + text + "' but must be a position such as 0/16B3748");
    }

    /** The byte position in the log. */
    public long getPosition() {
        return position;
    }

    @Override
    public int compareTo(Mark other) {
        return Long.compareUnsigned(position, other.position);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mark mark && mark.position == position;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(position);
    }

    /** The position as PostgreSQL writes it, such as {@code 0/16B3748}. */
    @Override
    public String toString() {
        return Long.toHexString(position >>> HALF).toUpperCase(java.util.Locale.ROOT) + "/"
                + Long.toHexString(position & LOW).toUpperCase(java.util.Locale.ROOT);
    }
}
