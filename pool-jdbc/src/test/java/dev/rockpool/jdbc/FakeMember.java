package dev.rockpool.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/** A member of a cluster that is only pretended: it says what a test wants, or refuses. Its statements run in H2. */
public final class FakeMember {
    private static final Map<String, FakeMember> ALL = new ConcurrentHashMap<>();

    /** When each watch has connected or tried to, by {@link System#nanoTime}. */
    public final List<Long> asked = new CopyOnWriteArrayList<>();

    /** The connections of pools, as H2 has them, in their order. */
    public final List<Connection> sessions = new CopyOnWriteArrayList<>();

    /** How often it was asked for everything, and for its role only. */
    public final AtomicInteger asksForAll = new AtomicInteger();

    public final AtomicInteger asksForRole = new AtomicInteger();
    public final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final String host;
    private volatile SQLException refusal;
    private volatile boolean standby;
    private volatile int timeline = 1;
    private volatile CountDownLatch thaws = new CountDownLatch(0);

    public FakeMember(String host) {
        this.host = host;
        ALL.put(host, this);
    }

    public String url() {
        return "jdbc:postgresql://" + host + "/orders";
    }

    /** Rejects connects from now on, and questions on those that are open. */
    public FakeMember refusing(String message, String state) {
        refusal = new SQLException(message, state);
        return this;
    }

    public FakeMember standby() {
        standby = true;
        refusal = null;
        return this;
    }

    /** Answers no question until {@link #thaw}. Its sessions work, as those of a server that has just frozen seem to. */
    public void freeze() {
        thaws = new CountDownLatch(1);
    }

    public void thaw() {
        thaws.countDown();
    }

    public FakeMember primary(int timeline) {
        this.timeline = timeline;
        standby = false;
        refusal = null;
        return this;
    }

    /** A cluster of fake members. */
    public static ClusterBuilder cluster(FakeMember... members) {
        ClusterBuilder builder = JdbcCluster.builder().pools(pool -> pool.driverClassName(FakeDriver.class.getName())
                .username("app")
                .password("s3cr3t"));
        for (FakeMember member : members) builder.member(settings -> settings.url(member.url()));
        return builder;
    }

    private Connection connect(Properties info) throws SQLException {
        boolean isWatch = "rockpool cluster".equals(info.getProperty("ApplicationName"));
        if (isWatch) asked.add(System.nanoTime());
        if (refusal != null) throw refusal;
        Connection real = DriverManager.getConnection("jdbc:h2:mem:fakemembers");
        if (!isWatch) sessions.add(real);
        open.add(real);
        return proxy(Connection.class, (proxy, method, args) -> {
            if (method.getName().equals("close") || method.getName().equals("abort")) open.remove(real);
            Object result = call(real, method, args);
            return result instanceof Statement statement && method.getName().equals("createStatement")
                    ? proxy(Statement.class, (itself, asking, sql) -> call(statement, asking, told(sql)))
                    : result;
        });
    }

    /** The answers to questions that only PostgreSQL knows. */
    private Object[] told(Object[] args) throws SQLException {
        if (args == null || !(args[0] instanceof String sql) || !sql.contains("pg_is_in_recovery")) return args;
        try {
            thaws.await();
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
        if (refusal != null) throw refusal;
        boolean isForRole = sql.startsWith("select pg_is_in_recovery");
        (isForRole ? asksForRole : asksForAll).incrementAndGet();
        String told = isForRole ? "select " + standby : "select " + standby + ", 100, " + timeline + ", 42, 0.0";
        return new Object[] {told};
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Connects to the fake member of a URL. */
    public static final class FakeDriver implements Driver {
        @Override
        public Connection connect(String url, Properties info) throws SQLException {
            String host = url.substring(url.indexOf("//") + 2, url.lastIndexOf('/'));
            return ALL.get(host).connect(info);
        }

        @Override
        public boolean acceptsURL(String url) {
            return url.startsWith("jdbc:postgresql:");
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
}
