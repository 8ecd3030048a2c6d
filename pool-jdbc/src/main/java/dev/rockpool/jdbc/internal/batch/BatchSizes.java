package dev.rockpool.jdbc.internal.batch;

/**
 * The numbers of copies that a joined statement has: powers of two, and the largest batch. Each number is another
 * statement for the driver and the server, so few of them keep their caches useful.
 */
final class BatchSizes {
    private BatchSizes() {}

    /**
     * The smallest size for this many calls.
     *
     * @param most the largest batch, at least that many calls
     */
    static int atLeast(int calls, int most) {
        int power = Integer.highestOneBit(Math.max(calls, 1));
        return Math.min(power == calls ? power : power << 1, most);
    }
}
