package dev.rockpool.examples.frameworks;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** jOOQ works on Rockpool, with its own transactions. */
class JooqTest extends OnRockpool {
    private static final Table<Record> ACCOUNT = table(name("account"));
    private static final Field<String> OWNER = field(name("owner"), String.class);
    private static final Field<Integer> BALANCE = field(name("balance"), Integer.class);

    private final DSLContext jooq;

    JooqTest() {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        // region jooq
        jooq = DSL.using(dataSource, SQLDialect.POSTGRES);
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

    private static void add(DSLContext to, String owner, int balance) {
        to.insertInto(ACCOUNT, OWNER, BALANCE).values(owner, balance).execute();
    }

    private Integer balance(String owner) {
        return jooq.select(BALANCE).from(ACCOUNT).where(OWNER.eq(owner)).fetchOne(BALANCE);
    }

    @Test
    void rowsAreInsertedReadUpdatedAndDeleted() {
        add(jooq, "eve", 5);
        jooq.update(ACCOUNT)
                .set(BALANCE, BALANCE.plus(2))
                .where(OWNER.eq("eve"))
                .execute();
        jooq.deleteFrom(ACCOUNT).where(OWNER.eq("bob")).execute();
        assertEquals(
                List.of("ada", "eve"),
                jooq.select(OWNER).from(ACCOUNT).orderBy(OWNER).fetch(OWNER));
        assertEquals(7, balance("eve"));
    }

    @Test
    void generatedKeysAreReturned() {
        Field<Long> id = field(name("id"), Long.class);
        Long key = jooq.insertInto(ACCOUNT, OWNER, BALANCE)
                .values("eve", 5)
                .returningResult(id)
                .fetchOne(id);
        assertEquals("eve", jooq.select(OWNER).from(ACCOUNT).where(id.eq(key)).fetchOne(OWNER));
    }

    @Test
    void aNestedTransactionRollsBackOnlyToItsSavepoint() {
        jooq.transaction(outer -> {
            add(outer.dsl(), "outer", 1);
            assertThrows(DataAccessException.class, () -> outer.dsl().transaction(inner -> {
                add(inner.dsl(), "inner", 1);
                inner.dsl().update(ACCOUNT).set(BALANCE, -1).execute();
            }));
            outer.dsl().transaction(inner -> add(inner.dsl(), "second", 1));
        });
        assertEquals(1, balance("outer"));
        assertNull(balance("inner"));
        assertEquals(1, balance("second"));
    }

    @Test
    void anExceptionRollsBackTheWholeTransaction() {
        assertThrows(
                IllegalStateException.class,
                () -> jooq.transaction(outer -> {
                    add(outer.dsl(), "outer", 1);
                    outer.dsl().transaction(inner -> add(inner.dsl(), "inner", 1));
                    throw new IllegalStateException("changed my mind");
                }));
        assertNull(balance("outer"));
        assertNull(balance("inner"));
    }

    @Test
    void aBatchAndACursorWork() {
        jooq.batch(IntStream.range(0, 100)
                        .mapToObj(i -> jooq.insertInto(ACCOUNT, OWNER, BALANCE).values("batch " + i, i))
                        .toList())
                .execute();
        int read = jooq.transactionResult(inside -> {
            int rows = 0;
            try (var cursor = inside.dsl().selectFrom(ACCOUNT).fetchSize(10).fetchLazy()) {
                while (cursor.hasNext()) {
                    cursor.fetchNext();
                    rows++;
                }
            }
            return rows;
        });
        assertEquals(102, read);
    }

    @Test
    void asynchronousTransactionsShareThePool() {
        var all = IntStream.range(0, 20)
                .mapToObj(i -> jooq.transactionAsync(inside -> add(inside.dsl(), "async " + i, i)))
                .toList();
        all.forEach(one -> one.toCompletableFuture().join());
        assertTrue(jooq.fetchCount(ACCOUNT) == 22);
    }

    @Test
    void moneyMovedByManyThreadsAddsUp() throws Exception {
        onManyThreads(() -> {
            for (int i = 0; i < 20; i++) {
                boolean failing = i % 4 != 0;
                try {
                    jooq.transaction(inside -> {
                        inside.dsl()
                                .update(ACCOUNT)
                                .set(BALANCE, BALANCE.minus(1))
                                .where(OWNER.eq("ada"))
                                .execute();
                        inside.dsl()
                                .update(ACCOUNT)
                                .set(BALANCE, BALANCE.plus(1))
                                .where(OWNER.eq("bob"))
                                .execute();
                        if (failing) throw new IllegalStateException("not this one");
                    });
                } catch (IllegalStateException expected) {
                    assertTrue(failing);
                }
            }
            return null;
        });
        assertEquals(100 - THREADS * 5, balance("ada"));
        assertEquals(100 + THREADS * 5, balance("bob"));
    }
}
