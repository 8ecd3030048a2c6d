package dev.rockpool.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A TCP proxy on the loopback interface, between a pool and a server of any kind, that can hurt what passes through it.
 *
 * <p>Faults are switched on while it runs, for the connections there are now ({@link Links#EXISTING}), those to come ({@link Links#NEW}) or
 * both; they add up until {@link #heal()}. Thread-safe. Needs no privilege: it forwards bytes, so it sees chunks of up to 8 KB and not packets, and a connect
 * always succeeds unless new connections are refused.
 *
 * <pre>{@code
 * try (var proxy = FaultProxy.to("localhost", server.port())) {
 *     // ... a pool connects to proxy.port() ...
 *     proxy.blackHole(FaultProxy.Links.EXISTING);
 * }
 * }</pre>
 *
 * <p>Attacked by {@code FaultProxyLaws}.
 */
public final class FaultProxy implements AutoCloseable {
    /** Which connections a fault meets. */
    public enum Links {
        /** Those that are open when the fault is switched on. */
        EXISTING,
        /** Those that are opened from then on. */
        NEW,
        ALL;

        boolean existing() {
            return this != NEW;
        }

        boolean fresh() {
            return this != EXISTING;
        }
    }

    /** Which bytes a fault meets. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT,
        BOTH
    }

    /** One end of a connection through the proxy. */
    public enum Side {
        CLIENT,
        SERVER
    }

    /** What becomes of a connection that has just been accepted. */
    private enum Door {
        OPEN,
        DROPS,
        RESETS
    }

    private final InetSocketAddress target;
    private final Socket reservation = new Socket();
    private final InetSocketAddress address;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private ServerSocket listener;
    private Thread acceptor;
    private LinkFaults fresh = LinkFaults.NONE;
    private Door door = Door.OPEN;
    private boolean closed;

    private FaultProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        // A socket that is bound and does not listen keeps the port ours while connections are refused.
        reservation.setReuseAddress(true);
        reservation.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), reservation.getLocalPort());
        listen();
    }

    /**
     * Starts a proxy to a server, on a free port.
     *
     * @throws UncheckedIOException when no port can be bound
     */
    public static FaultProxy to(String host, int port) {
        try {
            return new FaultProxy(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new UncheckedIOException("no proxy to " + host + ":" + port, e);
        }
    }

    /** Where it listens; the same as long as it lives. */
    public InetSocketAddress address() {
        return address;
    }

    /** The port of {@link #address()}. */
    public int port() {
        return address.getPort();
    }

    /** How many connections have been accepted and not ended, hurt ones included. */
    public int connections() {
        return links.size();
    }

    /** Each chunk is held for so long before it is passed on, in each direction; zero for no longer. */
    public void latency(Duration time, Links which) {
        change(which, faults -> faults.withLatency(time.toNanos()));
    }

    /**
     * A slow link: each connection passes so many bytes per second in each direction, in twenty slices a second. What is sent faster waits in
     * the buffers of the sender and of this proxy, some megabytes, so a sender seldom notices; a large answer arrives bit by bit. A server
     * has handed it over long before, and counts as idle meanwhile.
     *
     * @param bytesPerSecond at least 1
     */
    public void bandwidth(int bytesPerSecond, Links which) {
        if (bytesPerSecond < 1)
            throw new IllegalArgumentException("bytesPerSecond is " + bytesPerSecond + " but must be 1 or more");
        change(which, faults -> faults.withBandwidth(bytesPerSecond));
    }

    /**
     * Nothing passes, the end of a connection included, and neither side is told: bytes are accepted, as far as buffers go, and held. {@link #heal()} delivers them,
     * as a network does that lost packets for a while.
     */
    public void blackHole(Links which, Direction direction) {
        change(which, faults -> faults.withHole(direction));
    }

    /** The same in both directions. */
    public void blackHole(Links which) {
        blackHole(which, Direction.BOTH);
    }

    /** New connections are accepted and get no answer; the server does not hear of them before {@link #heal()}. */
    public void silence() {
        change(Links.NEW, LinkFaults::withSilence);
    }

    /** Connections are closed on both sides, in the orderly way (FIN); new ones right after they were accepted. */
    public void drop(Links which) {
        if (which.fresh()) open(Door.DROPS);
        if (which.existing()) endAll(Link::close);
    }

    /** Connections are reset on both sides (RST); new ones right after they were accepted. */
    public void reset(Links which) {
        if (which.fresh()) open(Door.RESETS);
        if (which.existing()) endAll(Link::reset);
    }

    /**
     * The connections there are become half-open: one side is closed, the other is not told. What that one sends is accepted and lost, until {@link #heal()} has it
     * reset, as a host does that knows of no such connection.
     *
     * @param gone the side that is closed
     */
    public void halfOpen(Side gone) {
        links.forEach(link -> link.halfOpen(gone));
    }

    /** New connections are refused: nobody listens. */
    public void refuse() {
        stopListening();
    }

    /** Switches all faults off: what was held is delivered, half-open connections are reset, new ones are accepted. */
    public synchronized void heal() {
        if (closed) return;
        fresh = LinkFaults.NONE;
        door = Door.OPEN;
        links.forEach(Link::heal);
        try {
            if (listener.isClosed()) listen();
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port() + " cannot be bound again", e);
        }
    }

    /** Closes all connections and frees the port. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        stopListening();
        try {
            reservation.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::close);
    }

    private synchronized void change(Links which, UnaryOperator<LinkFaults> change) {
        if (which.fresh()) fresh = change.apply(fresh);
        if (which.existing()) links.forEach(link -> link.change(change));
    }

    /** Returns when both sides have been told. */
    private void endAll(Consumer<Link> end) {
        List<Link> all = List.copyOf(links);
        all.forEach(end);
        all.forEach(Link::awaitEnd);
    }

    private synchronized void open(Door next) {
        door = next;
    }

    private void listen() throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(address, 200);
        listener = opened;
        acceptor = daemon("fault proxy " + port(), () -> acceptAll(opened));
    }

    /** Returns when nobody listens any more: a thread that is still about to accept keeps the socket open. */
    private void stopListening() {
        Thread last;
        synchronized (this) {
            last = acceptor;
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        try {
            last.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                accepted(from.accept());
            } catch (IOException e) {
                // the client has gone again, or nobody shall listen any more
            }
        }
    }

    private synchronized void accepted(Socket client) {
        Link link = new Link(client, target, fresh, links::remove);
        if (closed || door == Door.DROPS) {
            link.close();
        } else if (door == Door.RESETS) {
            link.reset();
        } else {
            links.add(link);
            daemon("fault proxy " + port() + " to server", link::run);
        }
    }

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public String toString() {
        return "fault proxy " + port() + " to " + target + ", " + connections() + " connections";
    }
}
