package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One random sequence of {@link SqliteSequenceTest}: the same actions on a pool and on the driver alone, each with its
 * own database.
 */
final class SqliteSequence implements AutoCloseable {
    private static final String PREPARED = "insert into t values (?)";

    private final Random random;
    private final SqliteFile file = new SqliteFile();
    private final SqliteFile bareFile = new SqliteFile();
    private final Connection observer = file.direct();
    private final RockpoolDataSource pool;
    private final SqliteModel model = new SqliteModel();
    private final List<String> story = new ArrayList<>();
    private final Set<String> met = new TreeSet<>();

    private SqliteUser user;
    private SqliteUser bare;

    /** The driver alone failed where the pool did not, so their states differ from here on. */
    private boolean diverged;

    private int rows = 1;

    SqliteSequence(Random random) throws SQLException {
        this.random = random;
        for (Connection setUp : List.of(observer, bareFile.direct())) {
            SqliteUser first = new SqliteUser(setUp);
            first.execute("pragma journal_mode = wal");
            first.execute("create table t(i integer primary key)");
            first.execute("insert into t values (0)");
            if (setUp != observer) setUp.close();
        }
        pool = RockpoolDataSource.builder()
                .url(file.getUrl())
                .properties(Map.of("synchronous", "OFF", "busy_timeout", "200"))
                .maxSize(1)
                .acquireTimeout(Duration.ofSeconds(5))
                .build();
        beginLease();
    }

    List<String> met() {
        return List.copyOf(met);
    }

    String story() {
        return String.join("\n", story.subList(Math.max(0, story.size() - 30), story.size()));
    }

    private void beginLease() throws SQLException {
        user = new SqliteUser(pool.getConnection());
        bare = new SqliteUser(bareFile.direct());
        diverged = false;
    }

    void endLease() throws SQLException {
        story.add("---- the next user");
        user.connection.close();
        bare.connection.close();
        model.leaseEnds();
        check();
        beginLease();
    }

    void step() throws SQLException {
        int kind = random.nextInt(100);
        if (kind < 30) insert();
        else if (kind < 40) returning();
        else if (kind < 48) closeRows();
        else if (kind < 52) both("select", u -> u.leavesOpen("select i from t", false, random(u)), true);
        else if (kind < 68) text();
        else if (kind < 80) jdbc();
        else if (kind < 86) pragma();
        else if (kind < 93) failing();
        else if (kind < 95) both("metadata", SqliteUser::metadata, true);
        else endLease();
        check();
    }

    /** Does the same with both users. */
    private boolean random(SqliteUser u) {
        return u.savepoints.size() % 2 == 0;
    }

    private void insert() {
        int one = rows++;
        String first = "insert into t values (" + one + ")";
        switch (random.nextInt(8)) {
            case 0 -> inserts("execute " + one, u -> u.execute(first), one);
            case 1 -> inserts("update " + one, u -> u.update(first), one);
            case 2 -> inserts("prepared " + one, u -> u.prepared(PREPARED, one), one);
            case 3 -> inserts("prepared batch " + one + " " + rows, batch(one, rows), one, rows++);
            case 4 -> inserts("batch " + one + " " + rows, u -> u.batch(first, more(one)), one, rows++);
            case 5 -> inserts("execute two " + one, u -> u.execute(first + "; " + more(one)), one);
            case 6 -> inserts("update two " + one, u -> u.update(first + "; " + more(one)), one, rows++);
            default -> unit(one, first);
        }
        rows++; // the second row of a text that only runs in part
    }

    private static SqliteUser.Act batch(int one, int two) {
        return u -> u.preparedBatch(PREPARED, one, two);
    }

    private static String more(int one) {
        return "insert into t values (" + (one + 1) + ")";
    }

    private void inserts(String what, SqliteUser.Act act, int... inserted) {
        boolean openWrites = user.hasOpenWrites();
        if (!both(what, act, true)) for (int row : inserted) model.inserted(row, openWrites);
    }

    /** A text that is a complete transaction. */
    private void unit(int one, String insert) {
        boolean nested = model.inTransaction();
        boolean failed = both("unit " + one, u -> u.update("begin; " + insert + "; commit"), !nested);
        control();
        if (failed || nested) return;
        model.committed.add(one);
    }

    private void returning() {
        int row = rows++;
        boolean seen = random.nextBoolean();
        String sql = "insert into t values (" + row + ") returning i" + (random.nextInt(3) == 0 ? "; select 1" : "");
        boolean inTransaction = model.inTransaction();
        boolean failed = both("returning " + row + (seen ? "" : " unseen"), u -> u.leavesOpen(sql, true, seen), true);
        if (failed) return;
        model.inserted(row, !inTransaction);
    }

    private void closeRows() {
        if (!user.hasOpen()) return;
        int which = random.nextInt(10);
        int how = random.nextInt(4);
        boolean failed = both("close rows " + how, u -> u.hasOpen() ? u.closes(which, how) : null, false);
        if (failed) model.limboLost();
        else if (!user.hasOpenWrites()) model.writesClosed();
    }

    private void text() {
        String[] texts = {
            "begin", "begin immediate", "commit", "end", "rollback", "savepoint s", "release s", "rollback to s"
        };
        String text = texts[random.nextInt(texts.length)];
        boolean prepared = random.nextInt(4) == 0;
        boolean ends = Set.of("commit", "end", "rollback").contains(text);
        boolean possible = ends
                ? model.inTransaction()
                : text.startsWith("begin") ? !model.inTransaction() : text.startsWith("savepoint") || model.knows("s");
        boolean writes = user.hasOpenWrites();
        boolean failed = both(
                (prepared ? "batch " : "") + text,
                u -> prepared ? u.batch(text) : u.execute(text),
                possible && !writes);
        control();
        if (model.unknown) {
            if (!failed && text.equals("rollback") && model.autoCommit) model.rolledBack();
            return;
        }
        if (!failed && !possible) fail(text + " succeeded without a transaction");
        // The driver commits after the text. With rows of a write open that fails, although the text has rolled back.
        boolean endedFirst = prepared && ends || writes && text.equals("rollback");
        if (failed && endedFirst) model.endedPerhaps();
        if (failed) return;
        switch (text) {
            case "commit", "end" -> model.committedAll();
            case "rollback" -> model.rolledBack();
            case "savepoint s" -> model.begun("s");
            case "release s" -> model.released("s");
            case "rollback to s" -> model.rolledBackTo("s");
            default -> model.begun(SqliteModel.TRANSACTION);
        }
    }

    /** With autoCommit, rows of writes are closed before a text that may begin or end a transaction. */
    private void control() {
        if (!model.inTransaction()) {
            model.writesClosed();
            user.forgetWrites();
        }
    }

    private void jdbc() throws SQLException {
        boolean on = model.autoCommit;
        boolean text = on && model.inTransaction();
        boolean writes = user.hasOpenWrites();
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                boolean failed = both("autoCommit " + !on, u -> auto(u, !on), !text && !writes);
                if (!failed) {
                    if (on) user.forgetWrites();
                    if (model.unknown) model.lostTrack();
                    model.autoCommit(!on);
                    user.savepoints.clear();
                }
            }
            case 2 -> {
                if (!both("commit()", u -> end(u, true), !on && !writes)) model.committedAll();
            }
            case 3 -> {
                if (!both("rollback()", u -> end(u, false), !on)) model.rolledBack();
            }
            default -> savepoint();
        }
    }

    private static Object auto(SqliteUser u, boolean on) throws SQLException {
        u.connection.setAutoCommit(on);
        return null;
    }

    private static Object end(SqliteUser u, boolean commit) throws SQLException {
        if (commit) u.connection.commit();
        else u.connection.rollback();
        u.savepoints.clear();
        return null;
    }

    private void savepoint() {
        if (model.autoCommit) return;
        String name = "jdbc" + rows++;
        if (user.savepoints.isEmpty() || random.nextBoolean()) {
            boolean failed = both("savepoint()", u -> u.savepoints.add(u.connection.setSavepoint(name)), true);
            if (!failed && !model.unknown) model.begun(name);
            return;
        }
        int index = user.savepoints.size() - 1;
        boolean release = random.nextBoolean();
        String known = name(user.savepoints.get(index));
        boolean failed =
                both(release ? "release()" : "rollback(savepoint)", u -> back(u, index, release), model.knows(known));
        if (failed || model.unknown || !model.knows(known)) return;
        if (release) model.released(known);
        else model.rolledBackTo(known);
    }

    private static String name(Savepoint savepoint) {
        try {
            return savepoint.getSavepointName();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Object back(SqliteUser u, int index, boolean release) throws SQLException {
        if (u.savepoints.size() <= index) throw new SQLException("there is no such savepoint");
        Savepoint savepoint = u.savepoints.get(index);
        if (release) u.connection.releaseSavepoint(u.savepoints.remove(index));
        else u.connection.rollback(savepoint);
        return null;
    }

    private void pragma() {
        switch (random.nextInt(4)) {
            case 0 -> both("open pragma", u -> u.leavesOpen("pragma journal_mode", true, true), true);
            case 1 -> both("pragma journal_mode", u -> u.execute("pragma journal_mode"), true);
            case 2 -> both("pragma user_version", u -> u.execute("pragma user_version = 7"), false);
            default -> both("pragmas", u -> u.update("pragma cache_size = 100; pragma foreign_keys = on"), true);
        }
    }

    private void failing() {
        switch (random.nextInt(4)) {
            case 0 -> both("twice", u -> u.execute("insert into t values (0)"), false);
            case 1 -> both("nonsense", u -> u.execute("nonsense"), false);
            case 2 -> {
                boolean inTransaction = model.inTransaction();
                both("or rollback", u -> u.execute("insert or rollback into t values (0)"), false);
                model.limboLost();
                if (!inTransaction) return;
                model.rolledBack();
                if (!model.autoCommit) model.lostTrack();
            }
            default -> {
                both("half", u -> u.update("insert into t values (" + rows++ + "); nonsense"), false);
                control();
            }
        }
    }

    /**
     * @param possible whether it must not fail
     * @return whether it failed for the pool's user
     */
    private boolean both(String what, SqliteUser.Act act, boolean possible) {
        SqliteUser.Outcome outcome = user.does(act);
        SqliteUser.Outcome alone = bare.does(act);
        story.add(what
                + (outcome.failed() ? " FAILED " + outcome.error().getMessage() : "")
                + (alone.failed() ? " (driver: " + alone.error().getMessage() + ")" : "")
                + (diverged ? " diverged" : "")
                + (model.unknown ? " unknown" : ""));
        met.add(what.replaceAll("[ \\d]*$", ""));
        if (outcome.failed() && !alone.failed() && !diverged && !model.unknown) {
            assertTrue(!possible, what + " fails with the pool only: " + outcome.error());
        }
        if (outcome.failed() != alone.failed()) diverged = true;
        if (!diverged && !outcome.failed()) assertEquals(alone.result(), outcome.result(), what);
        return outcome.failed();
    }

    private void check() throws SQLException {
        Set<Integer> seen = new TreeSet<>();
        try (Statement statement = observer.createStatement();
                ResultSet all = statement.executeQuery("select i from t")) {
            while (all.next()) seen.add(all.getInt(1));
        }
        Set<Integer> missing = new TreeSet<>(model.committed);
        missing.removeAll(seen);
        assertTrue(missing.isEmpty(), "acknowledged, but not committed: " + missing);
        Set<Integer> extra = new TreeSet<>(model.undone);
        extra.retainAll(seen);
        assertTrue(extra.isEmpty(), "rolled back, but committed: " + extra);
    }

    @Override
    public void close() throws SQLException {
        bare.connection.close();
        pool.close(Duration.ZERO);
        observer.close();
        file.close();
        bareFile.close();
    }
}
