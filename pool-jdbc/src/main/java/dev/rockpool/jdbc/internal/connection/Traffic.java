package dev.rockpool.jdbc.internal.connection;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tracks whether a socket transfers anything, as a sign of life of its connection.
 *
 * <p>The value is the number of the current operation: odd inside a read or a write, even otherwise, and different
 * after each. The thread that uses the connection writes it, without a fence or a clock. The keeper reads it from time
 * to time.
 *
 * <p>Written bytes may not have reached the server, because buffers on the way hold some megabytes. Until a byte is
 * received their progress is unknown, so a large request gets more time before it counts as lost.
 */
@SuppressWarnings("serial") // never written
public final class Traffic extends AtomicLong {
    /** In bytes per second. A slower link counts as lost. */
    private static final long SLOWEST = 8 * 1024;

    /** In bytes. The buffers on the way hold no more. */
    private static final long MOST_ON_THE_WAY = 16 * 1024 * 1024;

    /** The number that a look saw, and when it was first seen. */
    private record Look(long number, long time) {}

    /** Bytes sent since something was received. Published with the number. */
    private long sent;

    private volatile Look look = new Look(0, 0);
    private volatile Inbox inbox;

    /** Tells whether bytes have arrived that nobody has read. */
    public interface Inbox {
        boolean hasUnread() throws IOException;
    }

    /** Sets how to see unread bytes. Called once, by the socket. */
    public void inbox(Inbox inbox) {
        this.inbox = inbox;
    }

    /**
     * Whether bytes have arrived that nobody has read. Between two calls that is news from the server: mostly that it
     * has ended the session.
     *
     * @throws IOException if the socket is closed
     */
    boolean hasUnread() throws IOException {
        return inbox.hasUnread();
    }

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
     * The number of the current read or write; 0 if there is none. Called from any thread.
     *
     * @param now by {@code System.nanoTime}
     */
    public long underWay(long now) {
        long number = getAcquire();
        if (look.number != number) look = new Look(number, now);
        return (number & 1) == 0 ? 0 : number;
    }

    /**
     * Whether the current read or write has transferred nothing for this time plus the time that the slowest link needs
     * for the bytes sent.
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
