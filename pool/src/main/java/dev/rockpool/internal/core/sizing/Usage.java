package dev.rockpool.internal.core.sizing;

/**
 * What happened in a pool for a while, in numbers that can be added. Immutable.
 *
 * @param nanos how long it lasted
 * @param arrived callers that asked for a connection
 * @param ended leases that ended and were measured
 * @param held how long these had lasted, together
 * @param exhausted for how long callers waited although every connection was leased
 * @param opening for how long callers waited although not every connection was leased
 * @param openFailed connects that failed
 * @param leaked leases that were reported as leaks
 */
public record Usage(
        long nanos, double arrived, long ended, long held, long exhausted, long opening, long openFailed, long leaked) {
    static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, 0);

    Usage plus(Usage other) {
        return new Usage(
                nanos + other.nanos,
                arrived + other.arrived,
                ended + other.ended,
                held + other.held,
                exhausted + other.exhausted,
                opening + other.opening,
                openFailed + other.openFailed,
                leaked + other.leaked);
    }

    /** How long a lease lasts, on average; 0 if none has ended. */
    double meanHold() {
        return ended == 0 ? 0 : (double) held / ended;
    }

    /** How many connections were in use, on average. */
    double inUse() {
        return nanos == 0 ? 0 : (double) held / nanos;
    }

    /**
     * How many connections would have been in use if no caller had waited.
     *
     * @param hold how long a lease lasts
     */
    double load(double hold) {
        return nanos == 0 ? 0 : arrived * hold / nanos;
    }
}
