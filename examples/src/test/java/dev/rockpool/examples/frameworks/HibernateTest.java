package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.RockpoolDataSource;
import jakarta.persistence.OptimisticLockException;
import java.sql.Connection;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Hibernate works on Rockpool. The pool lends connections with autoCommit off, and Hibernate is configured for that. So
 * it borrows a connection when a transaction first needs it, and never asks for the mode.
 */
class HibernateTest extends OnRockpool {
    private SessionFactory sessions;

    @Override
    void settings(JdbcBuilder<RockpoolDataSource> builder) {
        builder.autoCommit(false);
    }

    @BeforeAll
    void start() {
        // region hibernate
        var registry = new StandardServiceRegistryBuilder()
                .applySetting(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, dataSource)
                .applySetting(AvailableSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, true);
        // endregion
        registry.applySetting(AvailableSettings.HBM2DDL_AUTO, "create")
                .applySetting(AvailableSettings.STATEMENT_BATCH_SIZE, 25)
                .applySetting(AvailableSettings.GENERATE_STATISTICS, true);
        sessions = new Configuration().addAnnotatedClass(Account.class).buildSessionFactory(registry.build());
    }

    @AfterAll
    void stop() {
        sessions.close();
    }

    @BeforeEach
    void twoAccounts() {
        inTransaction(session -> {
            session.createMutationQuery("delete from Account").executeUpdate();
            session.persist(new Account("ada", 100));
            session.persist(new Account("bob", 100));
        });
        sessions.getStatistics().clear();
    }

    private void inTransaction(Consumer<Session> work) {
        sessions.inTransaction(work);
    }

    private Account find(Session session, String owner) {
        return session.createSelectionQuery("from Account where owner = :owner", Account.class)
                .setParameter("owner", owner)
                .getSingleResultOrNull();
    }

    private int balance(String owner) {
        return sessions.fromTransaction(session -> find(session, owner).balance);
    }

    @Test
    void entitiesAreInsertedReadUpdatedAndDeleted() throws Exception {
        inTransaction(session -> session.persist(new Account("eve", 5)));
        inTransaction(session -> find(session, "eve").balance += 2);
        inTransaction(session -> session.remove(find(session, "bob")));
        assertEquals(7, balance("eve"));
        assertEquals(2, ask("select count(*) from account"));
    }

    @Test
    void anExceptionRollsBackTheTransaction() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> inTransaction(session -> {
                    session.persist(new Account("eve", 5));
                    session.flush();
                    throw new IllegalStateException("changed my mind");
                }));
        assertEquals(2, ask("select count(*) from account"));
    }

    @Test
    void insertsAreBatched() throws Exception {
        inTransaction(session -> {
            for (int i = 0; i < 100; i++) session.persist(new Account("batch " + i, i));
        });
        Statistics statistics = sessions.getStatistics();
        assertEquals(102, ask("select count(*) from account"));
        assertEquals(100, statistics.getEntityInsertCount());
        assertTrue(statistics.getPrepareStatementCount() < 20, "statements: " + statistics.getPrepareStatementCount());
    }

    @Test
    void theSecondOfTwoUpdatesOfTheSameEntityFails() {
        try (Session one = sessions.openSession()) {
            one.beginTransaction();
            Account seen = find(one, "ada");
            inTransaction(two -> find(two, "ada").balance += 10);
            seen.balance += 1;
            assertThrows(OptimisticLockException.class, one.getTransaction()::commit);
        }
        assertEquals(110, balance("ada"));
    }

    @Test
    void aSessionBorrowsNothingBeforeItNeedsAConnection() {
        try (Session session = sessions.openSession()) {
            session.beginTransaction();
            assertEquals(0, dataSource.snapshot().getLeased());
            find(session, "ada");
            assertEquals(1, dataSource.snapshot().getLeased());
            session.getTransaction().commit();
            assertEquals(0, dataSource.snapshot().getLeased());
        }
    }

    @Test
    void aSavepointIsRolledBackAlone() throws Exception {
        inTransaction(session -> {
            session.persist(new Account("outer", 1));
            session.flush();
            session.doWork(connection -> {
                var savepoint = connection.setSavepoint();
                try (var statement = connection.createStatement()) {
                    statement.executeUpdate("update account set balance = 0");
                }
                connection.rollback(savepoint);
            });
        });
        assertEquals(201, ask("select sum(balance) from account"));
    }

    @Test
    void aReturnedConnectionHasThePoolsMode() throws Exception {
        inTransaction(session -> session.doWork(connection -> connection.setAutoCommit(false)));
        try (Connection connection = dataSource.getConnection()) {
            assertEquals(false, connection.getAutoCommit());
        }
    }

    @Test
    void moneyMovedByManyThreadsAddsUp() throws Exception {
        var moved = onManyThreads(() -> {
            int done = 0;
            while (done < 5) {
                try {
                    inTransaction(session -> {
                        find(session, "ada").balance -= 1;
                        find(session, "bob").balance += 1;
                    });
                    done++;
                } catch (OptimisticLockException lost) {
                    Thread.onSpinWait(); // another thread was first, so retry
                }
            }
            return done;
        });
        int total = moved.stream().mapToInt(Integer::intValue).sum();
        assertEquals(100 - total, balance("ada"));
        assertEquals(100 + total, balance("bob"));
    }
}
