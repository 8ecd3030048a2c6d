package dev.rockpool.internal.core.queue;

/**
 * Callers that share a quota of a pool's connections. Guarded by the lock of {@code WaitQueue}, apart from the name.
 */
public final class CallerClass {
    private final String name;
    private int max;
    private int reserved;

    /** How many connections these callers have. Counted again for each decision. */
    private int leased;

    public CallerClass(String name, int max, int reserved) {
        this.name = name;
        limit(max, reserved);
    }

    public String name() {
        return name;
    }

    /** How many connections they may have. */
    public int max() {
        return max;
    }

    /** How many places of the pool no other caller may take. */
    public int reserved() {
        return reserved;
    }

    public int leased() {
        return leased;
    }

    /** How many of the reserved places they do not use. */
    public int unusedReserve() {
        return Math.max(0, reserved - leased);
    }

    public void limit(int max, int reserved) {
        this.max = max;
        this.reserved = reserved;
    }

    public void count(int leased) {
        this.leased = leased;
    }
}
