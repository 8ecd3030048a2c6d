package dev.rockpool.testing;

import dev.rockpool.testing.FaultProxy.Direction;
import dev.rockpool.testing.FaultProxy.Side;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One connection through a {@link FaultProxy}: two sockets, and a thread for each direction. The thread reads a chunk,
 * waits as long as the faults require, and writes it. An end of stream is delayed like bytes.
 */
final class Link {
    private static final int CHUNK = 8192;
    private static final int MAX_MILLIS_TO_END = 1_000;
    private static final int SLICES_PER_SECOND = 20;

    private final Socket client;
    private final Socket server = new Socket();
    private final InetSocketAddress target;
    private final Consumer<Link> onEnd;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private LinkFaults faults;
    private Side gone;
    private boolean ended;
    private int finished;
    private Thread requests;
    private Thread answers;

    Link(Socket client, InetSocketAddress target, LinkFaults faults, Consumer<Link> onEnd) {
        this.client = client;
        this.target = target;
        this.faults = faults;
        this.onEnd = onEnd;
    }

    /** Connects to the server and forwards what the client sends. Another thread forwards the answers. */
    void run() {
        locked(() -> requests = Thread.currentThread());
        try {
            if (!await(() -> faults.silent())) return;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
        } catch (IOException e) {
            reset(); // the closest to a refused connect after the proxy has accepted
            return;
        }
        locked(() -> answers = FaultProxy.daemon(
                Thread.currentThread().getName().replace("to server", "to client"),
                () -> forward(Direction.TO_CLIENT, server, client)));
        forward(Direction.TO_SERVER, client, server);
    }

    private void forward(Direction direction, Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try {
            for (int size = from.getInputStream().read(chunk);
                    size >= 0;
                    size = from.getInputStream().read(chunk)) {
                if (!pass(direction, chunk, size, to)) return;
            }
            if (!await(() -> faults.holds(direction))) return;
            if (isGone(from)) return;
            if (!isGone(to)) to.shutdownOutput();
            if (isGone(to) || finishedBoth()) close();
        } catch (IOException e) {
            if (isGone(from) || !await(() -> faults.holds(direction))) return;
            reset();
        }
    }

    /** Writes a chunk as slowly as the faults require. Returns false if the connection has ended meanwhile. */
    private boolean pass(Direction direction, byte[] chunk, int size, Socket to) throws IOException {
        long arrived = System.nanoTime();
        int written = 0;
        while (written < size) {
            int slice = slice(size - written);
            long began = System.nanoTime();
            if (!awaitTime(arrived, () -> faults.latency())) return false;
            if (!awaitTime(began, () -> transferTime(slice))) return false;
            if (!await(() -> faults.holds(direction))) return false;
            write(chunk, written, slice, to);
            written += slice;
        }
        return true;
    }

    /** Writes bytes, or drops them if the receiving side is gone. */
    private void write(byte[] chunk, int from, int size, Socket to) throws IOException {
        try {
            if (!isGone(to)) to.getOutputStream().write(chunk, from, size);
        } catch (IOException e) {
            if (!isGone(to)) throw e;
        }
    }

    private int slice(int wanted) {
        lock.lock();
        try {
            int bandwidth = faults.bandwidth();
            return bandwidth == 0 ? wanted : Math.min(wanted, Math.max(1, bandwidth / SLICES_PER_SECOND));
        } finally {
            lock.unlock();
        }
    }

    private long transferTime(int bytes) {
        int bandwidth = faults.bandwidth();
        return bandwidth == 0 ? 0 : TimeUnit.SECONDS.toNanos(bytes) / bandwidth;
    }

    void change(UnaryOperator<LinkFaults> change) {
        locked(() -> faults = change.apply(faults));
    }

    void halfOpen(Side side) {
        locked(() -> gone = side);
        quietly(side == Side.SERVER ? server : client, false);
    }

    void heal() {
        locked(() -> faults = LinkFaults.NONE);
        lock.lock();
        boolean isHalf = gone != null;
        lock.unlock();
        if (isHalf) reset();
    }

    /** Waits for the threads, because a thread about to read keeps its closed socket open. */
    void awaitEnd() {
        lock.lock();
        List<Thread> threads =
                Stream.of(requests, answers).filter(Objects::nonNull).toList();
        lock.unlock();
        try {
            for (Thread thread : threads) thread.join(MAX_MILLIS_TO_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        end(false);
    }

    void reset() {
        end(true);
    }

    private void end(boolean abruptly) {
        locked(() -> ended = true);
        quietly(client, abruptly);
        quietly(server, abruptly);
        onEnd.accept(this);
    }

    private static void quietly(Socket socket, boolean abruptly) {
        try {
            if (abruptly) socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // already closed
        }
        try {
            socket.close();
        } catch (IOException e) {
            // closed anyway
        }
    }

    private boolean isGone(Socket socket) {
        lock.lock();
        try {
            return gone != null && socket == (gone == Side.SERVER ? server : client);
        } finally {
            lock.unlock();
        }
    }

    private boolean finishedBoth() {
        lock.lock();
        try {
            return ++finished == 2;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while the condition holds. Returns false if the connection has ended. */
    private boolean await(BooleanSupplier holds) {
        lock.lock();
        try {
            while (!ended && holds.getAsBoolean()) changed.awaitUninterruptibly();
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until this time, which may change meanwhile, has passed since {@code since}. Returns false if the
     * connection has ended.
     */
    private boolean awaitTime(long since, LongSupplier time) {
        lock.lock();
        try {
            while (!ended) {
                long left = since + time.getAsLong() - System.nanoTime();
                if (left <= 0) return true;
                changed.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }
}
