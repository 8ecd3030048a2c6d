package dev.rockpool.examples.chaos;

import dev.rockpool.testing.chaos.ChaosCheck;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Accounts, and a ledger of transfers between them. It remembers the outcome of each transfer. Thread-safe. */
final class ClusterBank {
    private static final int ACCOUNTS = 200;
    private static final int OPENING_BALANCE = 1_000;
    private static final int MOST = 100;

    /** The outcome of a transfer, as its caller sees it. */
    enum Outcome {
        CONFIRMED,
        /** The commit failed, so it may be done. */
        UNKNOWN,
        /** It failed before the commit, so it is not done. */
        FAILED
    }

    /** Money that moves. */
    record Transfer(long id, int from, int to, int amount) {}

    private final AtomicLong ids = new AtomicLong();
    private final Set<Long> confirmed = ConcurrentHashMap.newKeySet();
    private final Set<Long> unknown = ConcurrentHashMap.newKeySet();

    /** @param superuser to the primary */
    static ClusterBank open(Connection superuser, String user) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute("drop table if exists accounts, ledger, probes");
            statement.execute("create table accounts (id int primary key, balance bigint not null)");
            statement.execute("create table ledger (id bigint primary key, source int, target int, amount int)");
            statement.execute("create table probes (id int)");
            statement.execute("insert into accounts select id, " + OPENING_BALANCE + " from generate_series(1, "
                    + ACCOUNTS + ") id");
            statement.execute("grant all on accounts, ledger to " + user);
        }
        return new ClusterBank();
    }

    Transfer draw(Random random) {
        int one = 1 + random.nextInt(ACCOUNTS);
        int other = 1 + (one + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        return new Transfer(ids.incrementAndGet(), one, other, 1 + random.nextInt(MOST));
    }

    /** Does everything but the commit. Lower account first, so that two transfers never deadlock. */
    static void move(Connection connection, Transfer transfer) throws SQLException {
        if (transfer.from() < transfer.to()) add(connection, transfer.from(), -transfer.amount());
        add(connection, transfer.to(), transfer.amount());
        if (transfer.from() > transfer.to()) add(connection, transfer.from(), -transfer.amount());
        try (PreparedStatement insert = connection.prepareStatement("insert into ledger values (?, ?, ?, ?)")) {
            insert.setLong(1, transfer.id());
            insert.setInt(2, transfer.from());
            insert.setInt(3, transfer.to());
            insert.setInt(4, transfer.amount());
            insert.executeUpdate();
        }
    }

    private static void add(Connection connection, int account, int amount) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update accounts set balance = balance + ? where id = ?")) {
            update.setInt(1, amount);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }

    void ended(Transfer transfer, Outcome outcome) {
        if (outcome == Outcome.CONFIRMED) confirmed.add(transfer.id());
        if (outcome == Outcome.UNKNOWN) unknown.add(transfer.id());
    }

    int confirmed() {
        return confirmed.size();
    }

    int unknown() {
        return unknown.size();
    }

    /** Whether this is all the money. */
    static boolean isAll(long sum) {
        return sum == (long) ACCOUNTS * OPENING_BALANCE;
    }

    /** @param superuser to the primary, after all transfers have ended */
    List<ChaosCheck> check(Connection superuser) throws SQLException {
        Set<Long> done = new HashSet<>();
        long sum;
        long wrong;
        try (Statement statement = superuser.createStatement()) {
            try (ResultSet rows = statement.executeQuery("select id from ledger")) {
                while (rows.next()) done.add(rows.getLong(1));
            }
            sum = number(statement, "select sum(balance) from accounts");
            wrong = number(
                    statement,
                    "select count(*) from accounts a where balance <> " + OPENING_BALANCE
                            + " - coalesce((select sum(amount) from ledger where source = a.id), 0)"
                            + " + coalesce((select sum(amount) from ledger where target = a.id), 0)");
        }
        return judge(done, sum, wrong);
    }

    /**
     * @param done the transfers that the primary knows
     * @param sum all the money that it knows
     * @param wrong how many accounts have a balance that the ledger does not explain
     */
    List<ChaosCheck> judge(Set<Long> done, long sum, long wrong) {
        Set<Long> lost = new HashSet<>(confirmed);
        lost.removeAll(done);
        Set<Long> surplus = new HashSet<>(done);
        surplus.removeAll(confirmed);
        surplus.removeAll(unknown);
        Set<Long> late = new HashSet<>(unknown);
        late.retainAll(done);
        return List.of(
                new ChaosCheck("the money adds up", isAll(sum), sum + " in all"),
                new ChaosCheck(
                        "no confirmed transfer is lost",
                        lost.isEmpty(),
                        lost.size() + " of " + confirmed.size() + " are lost; of " + unknown.size()
                                + " with an unknown outcome " + late.size() + " are done"),
                new ChaosCheck(
                        "no transfer that failed before its commit is done",
                        surplus.isEmpty(),
                        surplus.size() + " are done"),
                new ChaosCheck(
                        "each transfer in the ledger is done once",
                        wrong == 0,
                        wrong + " accounts have another balance"));
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
