package dev.rockpool.examples.frameworks;

import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** An application's operations in transactions of every kind. */
@Transactional
class SpringAccounts {
    private final JdbcTemplate jdbc;

    SpringAccounts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Configuration
    @EnableAsync
    @EnableTransactionManagement
    static class Wiring {
        @Bean
        SpringAccounts accounts(JdbcTemplate jdbc) {
            return new SpringAccounts(jdbc);
        }
    }

    private void insert(String owner, int balance) {
        jdbc.update("insert into account (owner, balance) values (?, ?)", owner, balance);
    }

    void add(String owner, int balance) {
        insert(owner, balance);
    }

    void addAndFail(String owner) {
        insert(owner, 1);
        throw new IllegalStateException("changed my mind");
    }

    /** Adds something inside its own transaction, which then fails. */
    void addWithinAndFail(ObjIntConsumer<String> inner) {
        insert("outer", 1);
        inner.accept("inner", 1);
        throw new IllegalStateException("changed my mind");
    }

    void addAround(String owner, Runnable inner) {
        insert(owner, 1);
        inner.run();
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    void addInNew(String owner, int balance) {
        insert(owner, balance);
    }

    @Transactional(propagation = Propagation.NESTED)
    void addNestedAndFail(String owner) {
        insert(owner, 1);
        throw new IllegalStateException("only this");
    }

    @Transactional(readOnly = true)
    void addReadOnly(String owner) {
        insert(owner, 1);
    }

    @Transactional(isolation = Isolation.SERIALIZABLE)
    String isolationOfSerializable() {
        return jdbc.queryForObject("show transaction_isolation", String.class);
    }

    @Async
    CompletableFuture<Void> addLater(String owner) {
        insert(owner, 1);
        return CompletableFuture.completedFuture(null);
    }

    void move(String from, String to, boolean failing) {
        jdbc.update("update account set balance = balance - 1 where owner = ?", from);
        jdbc.update("update account set balance = balance + 1 where owner = ?", to);
        if (failing) throw new IllegalStateException("not this one");
    }
}
