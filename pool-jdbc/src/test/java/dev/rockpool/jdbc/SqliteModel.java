package dev.rockpool.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The required outcome of each inserted row, by the rules of JDBC and SQLite. Rows in neither set may exist or not. */
final class SqliteModel {
    /** Rows inserted since a transaction began, or since a savepoint of this name. */
    private record Frame(String name, List<Integer> rows) {}

    static final String TRANSACTION = "transaction";

    /** Committed and acknowledged: any other connection sees them. */
    final Set<Integer> committed = new TreeSet<>();

    /** Rolled back, or not committed when their lease ended: never seen. */
    final Set<Integer> undone = new TreeSet<>();

    /** The latest frame first; none with autoCommit and without a transaction begun as text. */
    private final Deque<Frame> frames = new ArrayDeque<>();

    /** Inserted with autoCommit while rows of a write are open: committed when those are closed. */
    private final List<Integer> limbo = new ArrayList<>();

    boolean autoCommit = true;

    /** An error has left the transaction in a state that is not modelled, until it is rolled back. */
    boolean unknown;

    boolean inTransaction() {
        return !frames.isEmpty();
    }

    boolean knows(String savepoint) {
        return frames.stream().anyMatch(frame -> frame.name.equals(savepoint));
    }

    void inserted(int row, boolean openWrites) {
        if (unknown) return;
        if (inTransaction()) frames.peek().rows.add(row);
        else if (openWrites) limbo.add(row);
        else committed.add(row);
    }

    void writesClosed() {
        committed.addAll(limbo);
        limbo.clear();
    }

    /** The rows in limbo may have been rolled back. */
    void limboLost() {
        limbo.clear();
    }

    void begun(String name) {
        writesClosed();
        frames.push(new Frame(name, new ArrayList<>()));
    }

    void committedAll() {
        endAll(committed);
    }

    void rolledBack() {
        endAll(undone);
        unknown = false;
    }

    /** A statement may have ended the transaction: it failed, perhaps only afterwards, when the driver committed. */
    void endedPerhaps() {
        for (Frame frame : frames) frame.rows.clear();
    }

    private void endAll(Set<Integer> fate) {
        for (Frame frame : frames) fate.addAll(frame.rows);
        frames.clear();
        if (!autoCommit) begun(TRANSACTION);
    }

    void rolledBackTo(String savepoint) {
        while (!frames.peek().name.equals(savepoint)) undone.addAll(frames.pop().rows);
        undone.addAll(frames.peek().rows);
        frames.peek().rows.clear();
    }

    void released(String savepoint) {
        List<Integer> rows = new ArrayList<>();
        Frame frame;
        do {
            frame = frames.pop();
            rows.addAll(frame.rows);
        } while (!frame.name.equals(savepoint));
        if (frames.isEmpty()) committed.addAll(rows);
        else frames.peek().rows.addAll(rows);
    }

    void autoCommit(boolean on) {
        if (on == autoCommit) return;
        writesClosed();
        autoCommit = on;
        committedAll();
    }

    /** All open changes may or may not have been committed. */
    void lostTrack() {
        frames.clear();
        limbo.clear();
        unknown = true;
    }

    void leaseEnds() {
        writesClosed();
        autoCommit = true;
        rolledBack();
    }
}
