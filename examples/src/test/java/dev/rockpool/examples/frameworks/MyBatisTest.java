package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.session.TransactionIsolationLevel;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MyBatis works on Rockpool, with its own JDBC transactions. */
class MyBatisTest extends OnRockpool {
    private final SqlSessionFactory sessions = sessions();

    interface Accounts {
        @Insert("insert into account (owner, balance) values (#{owner}, #{balance})")
        void add(@Param("owner") String owner, @Param("balance") int balance);

        @Update("update account set balance = balance + #{amount} where owner = #{owner}")
        int pay(@Param("owner") String owner, @Param("amount") int amount);

        @Select("select balance from account where owner = #{owner}")
        Integer balance(String owner);

        @Select("select owner from account order by id")
        List<String> owners();

        @Delete("delete from account where owner = #{owner}")
        int remove(String owner);
    }

    private SqlSessionFactory sessions() {
        // region mybatis
        var configuration = new Configuration(new Environment("test", new JdbcTransactionFactory(), dataSource));
        configuration.addMapper(Accounts.class);
        return new SqlSessionFactoryBuilder().build(configuration);
        // endregion
    }

    @BeforeAll
    void create() throws Exception {
        createAccounts();
    }

    @BeforeEach
    void twoAccounts() throws Exception {
        run("truncate account");
        run("insert into account (owner, balance) values ('ada', 100), ('bob', 100)");
    }

    @Test
    void committedChangesStay() {
        try (SqlSession session = sessions.openSession()) {
            Accounts accounts = session.getMapper(Accounts.class);
            accounts.add("eve", 5);
            assertEquals(1, accounts.pay("eve", 2));
            assertEquals(1, accounts.remove("bob"));
            session.commit();
        }
        try (SqlSession session = sessions.openSession(true)) {
            Accounts accounts = session.getMapper(Accounts.class);
            assertEquals(List.of("ada", "eve"), accounts.owners());
            assertEquals(7, accounts.balance("eve"));
        }
    }

    @Test
    void uncommittedChangesAreLostOnRollbackAndOnClose() {
        try (SqlSession session = sessions.openSession()) {
            session.getMapper(Accounts.class).add("rolled back", 1);
            session.rollback();
            session.getMapper(Accounts.class).add("closed", 1);
        }
        try (SqlSession session = sessions.openSession()) {
            Accounts accounts = session.getMapper(Accounts.class);
            assertNull(accounts.balance("rolled back"));
            assertNull(accounts.balance("closed"));
        }
    }

    @Test
    void aFailedStatementAffectsOnlyItsOwnSession() {
        try (SqlSession session = sessions.openSession()) {
            assertThrows(PersistenceException.class, () -> session.getMapper(Accounts.class)
                    .pay("ada", -101));
        }
        try (SqlSession session = sessions.openSession()) {
            assertEquals(100, session.getMapper(Accounts.class).balance("ada"));
        }
    }

    @Test
    void aBatchIsSentAsOne() throws Exception {
        try (SqlSession session = sessions.openSession(ExecutorType.BATCH)) {
            Accounts accounts = session.getMapper(Accounts.class);
            for (int i = 0; i < 100; i++) accounts.add("batch " + i, i);
            assertEquals(1, session.flushStatements().size());
            session.commit();
        }
        assertEquals(102, ask("select count(*) from account"));
    }

    @Test
    void anIsolationLevelAppliesOnlyToItsSession() throws Exception {
        try (SqlSession session = sessions.openSession(TransactionIsolationLevel.SERIALIZABLE)) {
            assertEquals(
                    Connection.TRANSACTION_SERIALIZABLE, session.getConnection().getTransactionIsolation());
            session.getMapper(Accounts.class).owners();
        }
        try (Connection connection = dataSource.getConnection()) {
            assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
        }
    }

    @Test
    void moneyMovedByManyThreadsAddsUp() throws Exception {
        onManyThreads(() -> {
            for (int i = 0; i < 20; i++) {
                try (SqlSession session = sessions.openSession()) {
                    Accounts accounts = session.getMapper(Accounts.class);
                    accounts.pay("ada", -1);
                    accounts.pay("bob", 1);
                    if (i % 4 == 0) session.commit();
                }
            }
            return null;
        });
        assertEquals(200, ask("select sum(balance) from account"));
        assertEquals(100 - THREADS * 5, ask("select balance from account where owner = 'ada'"));
    }
}
