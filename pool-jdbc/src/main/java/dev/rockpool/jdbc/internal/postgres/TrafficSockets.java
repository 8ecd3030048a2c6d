package dev.rockpool.jdbc.internal.postgres;

import dev.rockpool.jdbc.internal.connection.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Driver;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/**
 * The sockets of PostgreSQL's driver, which makes an instance by the name of this class for each connect. They are plain ones that note their
 * {@link Traffic}. A factory that the user has set is left alone; then there is no such sign of life.
 */
public final class TrafficSockets extends SocketFactory {
    private static final String DRIVER = "org.postgresql.Driver";
    private static final String FACTORY = "socketFactory";
    private static final String ARGUMENT = "socketFactoryArg";

    /** Says where more settings are, which may name a factory. */
    private static final String SERVICE = "service";

    private static final ConcurrentMap<String, Watch> WATCHES = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** The sockets of one connect. Closed when that has ended. */
    public static final class Watch implements AutoCloseable {
        private final String number = Long.toString(NUMBERS.incrementAndGet());
        private volatile Traffic latest;
        private volatile Socket socket;
        private volatile boolean closed;
        private volatile boolean abandoned;

        /**
         * Has the driver use these sockets for this connect, if it is PostgreSQL's and the user has not chosen others.
         *
         * @param info what the driver is given beside the URL
         */
        public void over(Driver driver, String url, Properties info) {
            if (!mayServe(driver, url, info)) return;
            CalendarData.load();
            WATCHES.put(number, this);
            info.setProperty(FACTORY, TrafficSockets.class.getName());
            info.setProperty(ARGUMENT, number);
        }

        /** Of the socket that was made last: the driver may try several. Null when none was, so nothing is known. */
        public Traffic traffic() {
            return latest;
        }

        /** The connection of another watch is this one's from now on. */
        public void adopt(Watch other) {
            latest = other.latest;
            use(other.socket);
        }

        /**
         * Ends the connect, whose caller has given up: closes its socket, and those that it still makes. Otherwise a thread that waits for a
         * silent server would wait for ever. Called from any thread.
         */
        public void abandon() {
            abandoned = true;
            use(socket);
        }

        public boolean isAbandoned() {
            return abandoned;
        }

        /** Takes the socket of the connect, and closes it if the connect is abandoned. */
        private void use(Socket made) {
            socket = made;
            if (!abandoned || made == null) return;
            try {
                made.close();
            } catch (IOException e) {
                // it is closed all the same
            }
        }

        private Socket socket() {
            if (closed) return new Socket(); // for a cancel, which is a connection of its own
            Traffic traffic = new Traffic();
            latest = traffic;
            Socket made = new TrafficSocket(traffic);
            use(made);
            return made;
        }

        @Override
        public void close() {
            closed = true;
            WATCHES.remove(number);
        }
    }

    private final Watch watch;

    /** For the driver. */
    public TrafficSockets(String number) {
        watch = WATCHES.get(number);
    }

    private static boolean mayServe(Driver driver, String url, Properties info) {
        Class<?> type = driver.getClass();
        return type.getName().equals(DRIVER)
                && !url.contains(FACTORY)
                && !url.contains(SERVICE + "=")
                && info.getProperty(FACTORY) == null
                && info.getProperty(SERVICE) == null
                && isSeenBy(type.getClassLoader());
    }

    /** Not so when the driver belongs to a server, and the pool to an application in it. */
    private static boolean isSeenBy(ClassLoader loader) {
        try {
            return Class.forName(TrafficSockets.class.getName(), false, loader) == TrafficSockets.class;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    @Override
    public Socket createSocket() {
        return watch == null ? new Socket() : watch.socket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
    }

    private Socket connected(InetSocketAddress to, InetSocketAddress from) throws IOException {
        Socket socket = createSocket();
        try {
            if (from != null) socket.bind(from);
            socket.connect(to);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
