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
 * A TCP proxy on the loopback interface, between a pool and any server, that injects network faults.
 *
 * <p>Faults can be switched on at any time, for existing connections ({@link Links#EXISTING}), new ones ({@link
 * Links#NEW}) or both. They add up until {@link #heal()}. Thread-safe.
 *
 * <p>The proxy needs no privileges, because it forwards bytes in chunks of up to 8 KB rather than packets. A connect
 * always succeeds unless new connections are refused.
 *
 * <pre>{@code
 * try (var proxy = FaultProxy.to("localhost", server.port())) {
 *     // ... a pool connects to proxy.port() ...
 *     proxy.blackHole(FaultProxy.Links.EXISTING);
 * }
 * }</pre>
 *
 * <p>Tested by {@code FaultProxyLaws}.
 */
public final class FaultProxy implements AutoCloseable {
    /** Which connections a fault affects. */
    public enum Links {
        /** Connections that are open when the fault is switched on. */
        EXISTING,
        /** Connections that are opened later. */
        NEW,
        ALL;

        boolean existing() {
            return this != NEW;
        }

        boolean fresh() {
            return this != EXISTING;
        }
    }

    /** Which bytes a fault affects. */
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

    /** What happens to a new connection. */
    private enum OnAccept {
        FORWARD,
        DROP,
        RESET
    }

    private final InetSocketAddress target;
    private final Socket reservation = new Socket();
    private final InetSocketAddress address;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private ServerSocket listener;
    private Thread acceptor;
    private LinkFaults fresh = LinkFaults.NONE;
    private OnAccept onAccept = OnAccept.FORWARD;
    private boolean closed;

    private FaultProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        // A bound socket that does not listen keeps the port reserved while connections are refused.
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

    /** The address it listens on, which never changes. */
    public InetSocketAddress address() {
        return address;
    }

    /** The port of {@link #address()}. */
    public int port() {
        return address.getPort();
    }

    /** How many accepted connections have not ended, including faulty ones. */
    public int connections() {
        return links.size();
    }

    /** Delays each chunk by this time, in each direction. Zero removes the delay. */
    public void latency(Duration time, Links which) {
        change(which, faults -> faults.withLatency(time.toNanos()));
    }

    /**
     * Limits each connection to a number of bytes per second in each direction, in twenty slices a second. Faster data
     * waits in the buffers of the sender and of this proxy, which hold some megabytes, so a sender seldom notices. A
     * large answer arrives bit by bit, long after the server has sent it and become idle.
     *
     * @param bytesPerSecond at least 1
     */
    public void bandwidth(int bytesPerSecond, Links which) {
        if (bytesPerSecond < 1)
            throw new IllegalArgumentException("bytesPerSecond is " + bytesPerSecond + " but must be 1 or more");
        change(which, faults -> faults.withBandwidth(bytesPerSecond));
    }

    /**
     * Nothing passes, not even the end of a connection, and neither side is told. Bytes are accepted as far as buffers
     * go, and held. {@link #heal()} delivers them, as after a network outage.
     */
    public void blackHole(Links which, Direction direction) {
        change(which, faults -> faults.withHole(direction));
    }

    /** Black-holes both directions. */
    public void blackHole(Links which) {
        blackHole(which, Direction.BOTH);
    }

    /** New connections are accepted but get no answer. The server does not see them before {@link #heal()}. */
    public void silence() {
        change(Links.NEW, LinkFaults::withSilence);
    }

    /** Closes connections on both sides with FIN. New ones are closed right after they are accepted. */
    public void drop(Links which) {
        if (which.fresh()) onAccept(OnAccept.DROP);
        if (which.existing()) endAll(Link::close);
    }

    /** Resets connections on both sides with RST. New ones are reset right after they are accepted. */
    public void reset(Links which) {
        if (which.fresh()) onAccept(OnAccept.RESET);
        if (which.existing()) endAll(Link::reset);
    }

    /**
     * Makes existing connections half-open: one side is closed, and the other is not told. What the other sends is
     * accepted and lost. {@link #heal()} resets it, as a host does that does not know the connection.
     *
     * @param gone the side that is closed
     */
    public void halfOpen(Side gone) {
        links.forEach(link -> link.halfOpen(gone));
    }

    /** Refuses new connections: the port is not listened on. */
    public void refuse() {
        stopListening();
    }

    /** Switches all faults off. Held data is delivered, half-open connections are reset, and new ones are accepted. */
    public synchronized void heal() {
        if (closed) return;
        fresh = LinkFaults.NONE;
        onAccept = OnAccept.FORWARD;
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

    /** Ends all connections and waits until both sides are told. */
    private void endAll(Consumer<Link> end) {
        List<Link> all = List.copyOf(links);
        all.forEach(end);
        all.forEach(Link::awaitEnd);
    }

    private synchronized void onAccept(OnAccept next) {
        onAccept = next;
    }

    private void listen() throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(address, 200);
        listener = opened;
        acceptor = daemon("fault proxy " + port(), () -> acceptAll(opened));
    }

    /** Closes the listener and waits for its thread, because a thread about to accept keeps the socket open. */
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
                // the client has disconnected, or the listener was closed
            }
        }
    }

    private synchronized void accepted(Socket client) {
        Link link = new Link(client, target, fresh, links::remove);
        if (closed || onAccept == OnAccept.DROP) {
            link.close();
        } else if (onAccept == OnAccept.RESET) {
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
