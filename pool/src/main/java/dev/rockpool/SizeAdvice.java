package dev.rockpool;

import java.util.List;
import java.util.Objects;

/**
 * What {@link PoolControl#advice} says about the size of a pool. Immutable.
 *
 * <p>The size is for the busiest minutes of the last quarter of an hour: with it, one caller in ten has to wait.
 */
public final class SizeAdvice {
    /** The finding about the size. */
    public enum Kind {
        /** Not known. The text says why. */
        UNKNOWN,
        /** Callers wait, and the server would serve more of them at the same time. */
        TOO_SMALL,
        /** The size fits the load. */
        FITS,
        /** Connections stay unused, even in the busiest minutes. */
        TOO_LARGE,
        /** The more leases there are, the longer they take: more connections would only wait inside the server. */
        SERVER_IS_THE_LIMIT,
        /** Callers wait for connects, not for connections. */
        CONNECTING,
        /** Connections are not returned. */
        LEAK,
        /** The size fits the busiest minute, but not its busiest seconds. */
        BURSTS
    }

    private final Kind kind;
    private final int size;
    private final String text;
    private final List<String> evidence;

    /**
     * @param size the recommended {@code maxSize}; 0 for none
     * @param text the finding and what to do, in a sentence
     * @param evidence what was measured, one line each
     */
    public SizeAdvice(Kind kind, int size, String text, List<String> evidence) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.size = size;
        this.text = Objects.requireNonNull(text, "text");
        this.evidence = List.copyOf(Objects.requireNonNull(evidence, "evidence"));
    }

    public Kind getKind() {
        return kind;
    }

    /** The recommended {@code maxSize}; 0 for none. */
    public int getSize() {
        return size;
    }

    /** The finding and what to do, in a sentence. */
    public String getText() {
        return text;
    }

    /** What was measured, one line each. */
    public List<String> getEvidence() {
        return evidence;
    }

    @Override
    public String toString() {
        return kind + ": " + text + (evidence.isEmpty() ? "" : " (" + String.join("; ", evidence) + ")");
    }
}
