package dev.rockpool.testing;

import dev.rockpool.testing.EmbeddedDatabase.Shutdown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * A real PostgreSQL primary with one or more standbys for tests, connected by streaming replication. Members can be
 * promoted, stopped, killed and frozen, can come back as primary or standby, and can be made to lag. They keep their
 * ports. Member 0 is the primary at first.
 *
 * <pre>{@code
 * try (var cluster = EmbeddedCluster.create()) {
 *     cluster.kill(0);
 *     cluster.promote(1);
 *     cluster.startAsStandby(0);
 * }
 * }</pre>
 *
 * <p>It has an ordinary {@link #user}, who owns one database and needs a password. The test itself connects as
 * superuser ({@link #connect}). {@code fsync} is off, but a confirmed commit survives a killed process. Replication is
 * asynchronous, so a killed primary may take its latest commits along. {@link #catchUp} waits until they have arrived.
 *
 * <p>Needs what {@link EmbeddedDatabase} needs. All servers end with the JVM at the latest, and their files are deleted.
 * Calls must not overlap.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private static final String USER = "app";
    private static final String PASSWORD = "secret";
    private static final Duration CATCH_UP = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 10;

    private static final List<String> ACCESS = List.of(
            "local all all trust",
            "host all " + PostgresServer.SUPERUSER + " all trust",
            "host replication " + PostgresServer.SUPERUSER + " all trust",
            "host all all all scram-sha-256");

    private final Path folder;
    private final ServerSettings settings;
    private final List<PostgresServer> members = new ArrayList<>();
    private final Thread hook = new Thread(this::end, "embedded cluster end");
    private final Set<Integer> frozen = ConcurrentHashMap.newKeySet();
    private volatile int primary;

    private EmbeddedCluster(ServerSettings settings, int standbys) throws IOException {
        this.settings = settings;
        this.folder = Files.createTempDirectory("rockpool-cluster");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            startFirst();
            for (int i = 0; i < standbys; i++) addStandby();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Starts a primary and one standby. */
    public static EmbeddedCluster create() {
        return builder().create();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How many members there are. They are numbered from 0. */
    public int size() {
        return members.size();
    }

    /** The member that was promoted last; member 0 if none was. */
    public int primary() {
        return primary;
    }

    /** The JDBC URL of a member, without user and password. */
    public String url(int member) {
        return members.get(member).url(USER);
    }

    /** The JDBC URL of a member through a proxy to it. */
    public String url(FaultProxy proxy) {
        return "jdbc:postgresql://localhost:" + proxy.port() + "/" + USER;
    }

    public int port(int member) {
        return members.get(member).port();
    }

    /** The ordinary user. */
    public String user() {
        return USER;
    }

    public String password() {
        return PASSWORD;
    }

    /** Connects to the user's database on a member as superuser, outside any pool. */
    public Connection connect(int member) throws SQLException {
        return members.get(member).connect(USER);
    }

    /**
     * Promotes a standby to primary, and waits until it accepts writes. Other standbys that run follow it from then on.
     * The former primary is left as it is.
     */
    public void promote(int member) {
        ask(member, "select pg_promote(true, " + PostgresServer.STARTUP.toSeconds() + ")");
        primary = member;
        for (int other = 0; other < size(); other++)
            if (other != member && isFollower(other)) members.get(other).follow(members.get(member));
    }

    /** Whether a member runs as a standby. One that is frozen cannot be asked. */
    private boolean isFollower(int member) {
        return isRunning(member) && !frozen.contains(member) && isStandby(member);
    }

    /** Stops a member as an administrator does, and waits until it has stopped. A frozen one is thawed first. */
    public void stop(int member) {
        thaw(member);
        control(member).stop(Shutdown.FAST);
    }

    /** Ends all processes of a member with SIGKILL. */
    public void kill(int member) {
        control(member).kill();
        frozen.remove(member);
    }

    /** Starts a stopped or killed member as what it was, and waits until it accepts connections. */
    public void start(int member) {
        members.get(member).start();
    }

    /**
     * Starts a member as a standby of the present {@link #primary}, as an administrator brings back a former primary.
     * Its data is copied anew, so what only it had is lost. If it runs, it is killed.
     */
    public void startAsStandby(int member) {
        if (isRunning(member)) kill(member);
        try {
            members.get(member).copyFrom(members.get(primary), settings);
        } catch (IOException e) {
            throw new UncheckedIOException("member " + member + " cannot be copied from the primary", e);
        }
        start(member);
    }

    /**
     * Stops all processes of a member with SIGSTOP. The kernel still accepts connections and bytes for it, but nothing
     * answers.
     *
     * @throws UnsupportedOperationException where there are no signals
     */
    public void freeze(int member) {
        control(member).freeze();
        frozen.add(member);
    }

    /** Continues a frozen member. Does nothing if it is not frozen. */
    public void thaw(int member) {
        control(member).thaw();
        frozen.remove(member);
    }

    /** Lets a standby lag: it receives changes and does not apply them until {@link #resumeReplay}. */
    public void pauseReplay(int member) {
        ask(member, "select pg_wal_replay_pause()");
        await("member " + member + " has paused its replay", () -> ask(member, "select pg_get_wal_replay_pause_state()")
                .equals("paused"));
    }

    public void resumeReplay(int member) {
        ask(member, "select pg_wal_replay_resume()");
    }

    /**
     * Waits until every running standby has applied what the primary has written so far. Frozen ones are left out. Fails
     * after 30 s, as while the replay of one is paused.
     */
    public void catchUp() {
        String position = ask(primary, "select pg_current_wal_insert_lsn()");
        for (int member = 0; member < size(); member++) {
            int standby = member;
            if (isFollower(standby))
                await("member " + standby + " has caught up", () -> ask(
                                standby, "select pg_last_wal_replay_lsn() >= '" + position + "'::pg_lsn")
                        .equals("t"));
        }
    }

    /** Whether a member runs, frozen or not. */
    public boolean isRunning(int member) {
        return control(member).isRunning();
    }

    /** Whether a running member is a standby. */
    public boolean isStandby(int member) {
        return ask(member, "select pg_is_in_recovery()").equals("t");
    }

    /** Ends all servers, frozen ones too, and deletes their files. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        end();
    }

    private PostgresControl control(int member) {
        return members.get(member).control();
    }

    private void startFirst() throws IOException {
        PostgresServer first = PostgresServer.start(folder.resolve("0"), settings);
        members.add(first);
        first.configure(ACCESS, settings.lines("port = " + first.port()));
        first.ask(PostgresServer.DATABASE, "select pg_reload_conf()");
        first.ask(PostgresServer.DATABASE, "create role " + USER + " login password '" + PASSWORD + "'");
        first.ask(PostgresServer.DATABASE, "create database " + USER + " owner " + USER);
    }

    private void addStandby() throws IOException {
        members.add(members.get(0).another(folder.resolve(String.valueOf(size()))));
        startAsStandby(size() - 1);
    }

    private String ask(int member, String sql) {
        return members.get(member).ask(USER, sql);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) {
        long end = System.nanoTime() + CATCH_UP.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) throw new IllegalStateException("not within " + CATCH_UP + ": " + what);
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted before " + what, e);
            }
        }
    }

    private void end() {
        try {
            for (PostgresServer member : members)
                if (member.control().isRunning()) member.control().kill();
        } finally {
            FileTree.delete(folder);
        }
    }

    @Override
    public String toString() {
        return "embedded cluster of "
                + IntStream.range(0, size()).mapToObj(this::url).toList();
    }

    /** Builds a cluster from settings. Not thread-safe. */
    public static final class Builder {
        private final ServerSettings settings = new ServerSettings();
        private int standbys = 1;

        private Builder() {
            setting("max_connections", "60");
            setting("fsync", "off");
            setting("synchronous_commit", "on"); // the library that brings the server turns it off
            setting("wal_keep_size", "128MB");
            setting("wal_retrieve_retry_interval", "100ms");
            setting("wal_receiver_status_interval", "1s");
            setting("shared_buffers", "16MB");
        }

        /** How many standbys there are beside the primary. At least 1. Default 1. */
        public Builder standbys(int value) {
            if (value < 1) throw new IllegalArgumentException("standbys is " + value + " but must be 1 or more");
            standbys = value;
            return this;
        }

        /**
         * Any setting of all servers, by its PostgreSQL name.
         *
         * @throws IllegalArgumentException if name or value is null
         */
        public Builder setting(String name, String value) {
            settings.set(name, value);
            return this;
        }

        /**
         * Starts the servers, which takes seconds.
         *
         * @throws UncheckedIOException if they do not start
         */
        public EmbeddedCluster create() {
            try {
                return new EmbeddedCluster(settings.copy(), standbys);
            } catch (IOException e) {
                throw new UncheckedIOException("the embedded PostgreSQL cluster did not start", e);
            }
        }
    }
}
