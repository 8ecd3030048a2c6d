package dev.rockpool.examples.bench.driver;

import java.io.PrintWriter;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * The driver below the pools that are measured: it answers at once and does nothing, so that what is left is the
 * cost of the pool. Public with a public constructor, as pools create it by its class.
 */
public final class IdleDataSource implements DataSource {
    private static final AtomicInteger OPENED = new AtomicInteger();

    private PrintWriter logWriter;
    private int loginTimeout;

    /** How many connections were opened in this JVM. */
    public static int opened() {
        return OPENED.get();
    }

    @Override
    public Connection getConnection() {
        OPENED.incrementAndGet();
        return new IdleConnection();
    }

    @Override
    public Connection getConnection(String username, String password) {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        logWriter = out;
    }

    @Override
    public int getLoginTimeout() {
        return loginTimeout;
    }

    @Override
    public void setLoginTimeout(int seconds) {
        loginTimeout = seconds;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
