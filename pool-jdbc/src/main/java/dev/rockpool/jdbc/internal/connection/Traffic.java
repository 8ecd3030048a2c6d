package dev.rockpool.jdbc.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether anything passes one socket: the sign of life of a connection on our side.
 *
 * <p>The value is a number for what the socket does now: odd inside a read or a write, even otherwise, another one after each. It is written by
 * the thread that uses the connection, without a fence and without a clock. The keeper looks at it from time to time.
 *
 * <p>What was written is not yet with the server: the buffers on the way hold some megabytes. Until a byte comes back nobody knows how far it has come,
 * so a large request may take its time before it counts as lost.
 */
@SuppressWarnings("serial") // never written
public final class Traffic extends AtomicLong {
    /** In bytes per second: a link that is slower is as good as lost. */
    private static final long SLOWEST = 8 * 1024;

    /** In bytes: the buffers on the way hold no more. */
    private static final long MOST_ON_THE_WAY = 16 * 1024 * 1024;

    /** What a look saw, and when it was first seen. */
    private record Look(long number, long time) {}

    /** In bytes, since something was received. Published with the number. */
    private long sent;

    private volatile Look look = new Look(0, 0);

    public void begin() {
        setRelease(getPlain() | 1);
    }

    public void end() {
        setRelease((getPlain() | 1) + 1);
    }

    /** Called before the bytes are written. */
    public void sends(int bytes) {
        sent += bytes;
    }

    public void received() {
        sent = 0;
    }

    /**
     * The number of the read or write under way; 0 when there is none. Asked from any thread.
     *
     * @param now by {@code System.nanoTime}
     */
    public long underWay(long now) {
        long number = getAcquire();
        if (look.number != number) look = new Look(number, now);
        return (number & 1) == 0 ? 0 : number;
    }

    /**
     * Whether the read or write under way has passed nothing for so long, and for as long as the slowest link needs for what was sent.
     *
     * @param limit in nanoseconds
     * @param now by {@code System.nanoTime}
     */
    boolean isQuiet(long limit, long now) {
        long number = underWay(now);
        long onTheWay = Math.min(sent, MOST_ON_THE_WAY);
        return number != 0 && now - look.time - limit >= TimeUnit.SECONDS.toNanos(onTheWay) / SLOWEST;
    }
}
