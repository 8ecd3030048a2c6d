package dev.rockpool.examples.bench.driver;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The driver of the measured pools. It answers at once and does nothing, so that only the cost of the pool remains.
 * {@code jdbc:idle:connect=150,query=2} adds delays, in milliseconds. Public with a public constructor, because pools
 * create it by its class.
 */
public final class IdleDriver implements Driver {
    /** Opens connections and runs queries at once. */
    public static final String URL = url(0, 0);

    private static final Pattern FORMAT = Pattern.compile("jdbc:idle:connect=(\\d{1,6}),query=(\\d{1,6})");
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final AtomicInteger CLOSED = new AtomicInteger();

    static {
        try {
            DriverManager.registerDriver(new IdleDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The URL of a driver that takes this many milliseconds for each connection and for each query. */
    public static String url(int connectMillis, int queryMillis) {
        return "jdbc:idle:connect=" + connectMillis + ",query=" + queryMillis;
    }

    /** How many connections were opened in this JVM. */
    public static int opened() {
        return OPENED.get();
    }

    /** How many connections are open in this JVM. */
    public static int open() {
        return OPENED.get() - CLOSED.get();
    }

    static void countClosed() {
        CLOSED.incrementAndGet();
    }

    /** Sleeps for this time. If the thread is interrupted, returns early with the interrupt flag set. */
    static void take(int millis) {
        if (millis == 0) return;
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Connection connect(String url, Properties info) {
        Matcher matcher = FORMAT.matcher(url);
        if (!matcher.matches()) return null;
        take(Integer.parseInt(matcher.group(1)));
        OPENED.incrementAndGet();
        return new IdleConnection(Integer.parseInt(matcher.group(2)));
    }

    @Override
    public boolean acceptsURL(String url) {
        return FORMAT.matcher(url).matches();
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
