package dev.rockpool.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rockpool.dashboard.DashboardResponse;
import dev.rockpool.dashboard.internal.json.JsonText;
import dev.rockpool.dashboard.internal.pools.WatchedPool;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Server-sent events: first the points that the browser lacks, then each second the state, and the events when there are
 * new ones. A reader that falls behind gets the latest state only, so nothing piles up.
 */
final class EventStream implements DashboardResponse {
    /** How long to wait for a state before a comment shows that the stream lives. */
    private static final long SILENCE = 2000;

    private final WatchedPool pool;
    private final long after;
    private final BooleanSupplier mayRead;
    private final Supplier<Object> pausedUntil;
    private final Runnable onEnd;
    private volatile long writingSince;
    private volatile boolean cut;
    private final long created = System.nanoTime();
    private volatile boolean begun;
    private Thread writer;

    EventStream(WatchedPool pool, long after, BooleanSupplier mayRead, Supplier<Object> pausedUntil, Runnable onEnd) {
        this.pool = pool;
        this.after = after;
        this.mayRead = mayRead;
        this.pausedUntil = pausedUntil;
        this.onEnd = onEnd;
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public Map<String, String> headers() {
        return Answer.headers("text/event-stream; charset=utf-8", "no-store");
    }

    @Override
    public long length() {
        return -1;
    }

    /** For how long the output has taken nothing, or writing has not begun, in nanoseconds. */
    long stuckFor(long now) {
        long since = writingSince;
        if (!begun) return now - created;
        return since == 0 ? 0 : now - since;
    }

    /**
     * Ends the stream now. The interrupt also breaks the connection if its output is stuck: closing it would wait for the
     * reader, too.
     */
    synchronized void abort() {
        cut = true;
        if (writer != null) writer.interrupt();
        else end();
    }

    private synchronized void begin() {
        writer = Thread.currentThread();
        begun = true;
    }

    /** The thread may belong to a server, so it does not keep an interrupt that was meant for the stream. */
    private synchronized void leave() {
        writer = null;
        if (cut) Thread.interrupted();
    }

    /** Gives its place back. A second call does nothing. */
    void end() {
        onEnd.run();
    }

    @Override
    public void writeTo(OutputStream output) throws IOException {
        pool.addViewer();
        begin();
        try {
            send(output, "retry: 1000\n\n");
            send(output, message("history", pool.history(after)));
            long events = -1;
            long tick = 0;
            while (!cut && !pool.isEnded() && mayRead.getAsBoolean()) {
                long count = pool.eventCount();
                if (count != events) {
                    events = count;
                    send(output, message("log", pool.log()));
                }
                WatchedPool.Seen seen = pool.await(tick, SILENCE);
                if (cut) return;
                if (seen != null) tick = seen.tick();
                send(output, seen == null ? ": quiet\n\n" : stateMessage(seen));
            }
        } catch (InterruptedException e) {
            if (!cut) Thread.currentThread().interrupt();
        } finally {
            leave();
            pool.removeViewer();
            end();
        }
    }

    private String stateMessage(WatchedPool.Seen seen) {
        String id = "id: " + System.currentTimeMillis() + "\n";
        String pause =
                message("pause", JsonText.object("until", pausedUntil.get()).toString());
        return id + message("state", seen.state()) + pause;
    }

    private static String message(String kind, String json) {
        return "event: " + kind + "\ndata: " + json + "\n\n";
    }

    private void send(OutputStream output, String text) throws IOException {
        writingSince = System.nanoTime();
        output.write(text.getBytes(UTF_8));
        output.flush();
        writingSince = 0;
    }
}
