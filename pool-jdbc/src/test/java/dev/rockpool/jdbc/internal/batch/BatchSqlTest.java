package dev.rockpool.jdbc.internal.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSqlTest {
    private static final String SELECT = "select a from t where b = ?";

    private static BatchSql read(String sql) {
        return BatchSql.of(sql, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                " ; ",
                " -- the end",
                ";-- the end\n",
                " /* the /* nested */ end */",
                "; /* a */ ; -- b ;",
                "\n;\n"
            })
    void whatFollowsTheStatementIsLeftOut(String after) {
        assertEquals(SELECT, read(SELECT + after).text());
        assertEquals(SELECT, read("-- the begin; of all\n ; " + SELECT + after).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1; select 2",
                "select 1;; select 2",
                "select 1; -- a\n select 2",
                "select 'it\\'; select 2",
                "insert into t values (1); commit",
                "select 1; /* a */ (select 2)"
            })
    void severalStatementsAreRefused(String sql) {
        var error = assertThrows(IllegalArgumentException.class, () -> read(sql));
        assertEquals("sql is '" + sql + "' but must be one statement, and it has several", error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ";", "-- nothing", "/* nothing */;"})
    void nothingIsRefused(String sql) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> read(sql))
                .getMessage()
                .endsWith("must be a statement"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select ';' from t",
                "select 'it''s; so' from t",
                "select e'it\\'s; so' from t",
                "select \"a;b\" from t",
                "select $$a; b$$ from t",
                "select $x$a; $$ b$x$ from t",
                "select 1 /* a; b */ from t",
                "select 1 -- a; b\n from t"
            })
    void aSemicolonInQuotesOrCommentsEndsNothing(String sql) {
        assertEquals(sql, read(sql).text());
    }

    @Test
    void mysqlHasOtherQuotesAndComments() {
        String quoted = "select 'it\\'s; so', `a;b` from t";
        assertEquals(quoted, BatchSql.of(quoted + " # the; end", true).text());
        assertEquals("select 5--3", BatchSql.of("select 5--3", true).text());
        assertEquals("select 5", BatchSql.of("select 5 -- 3", true).text());
        String run = "select 5 /*! limit 1 */"; // MySQL runs it
        assertEquals(run, BatchSql.of(run, true).text());
        assertEquals("select 5", BatchSql.of(run, false).text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select a from t where b = ? and c in (?, ?) | 3",
                "select '?', \"?\" /* ? */ from t where a ?? 'b' and c = ? -- ? | 1",
                "select $$ ? $$, $1a from t where b = ? | 1",
                "select 1 | 0"
            })
    void parametersAreCounted(String sql, int count) {
        assertEquals(count, read(sql).parameters());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 | READ",
                "/* a */ (select 1) union (select 2) | READ",
                "values (1) | READ",
                "with a as (select 1) select * from a | READ",
                "with a as (delete from t returning *) select * from a | CHANGE",
                "insert into t values (?) | CHANGE",
                "update t set a = ? | CHANGE",
                "merge into t using u on (a = b) when matched then do nothing | CHANGE",
                "call f(?) | OTHER",
                "{call f(?)} | OTHER",
                "create table t (a int) | OTHER",
                "commit | OTHER"
            })
    void theKindIsThatOfTheFirstWord(String sql, BatchSql.Kind kind) {
        assertEquals(kind, read(sql).kind());
    }

    @ParameterizedTest
    @CsvSource({"1,16,1", "2,16,2", "3,16,4", "9,16,16", "16,16,16", "17,20,20", "3,3,3", "1,1,1"})
    void sizesArePowersOfTwoAndTheLargest(int calls, int most, int size) {
        assertEquals(size, BatchSizes.atLeast(calls, most));
    }
}
