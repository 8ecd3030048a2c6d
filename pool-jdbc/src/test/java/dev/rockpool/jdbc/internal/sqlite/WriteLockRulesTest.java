package dev.rockpool.jdbc.internal.sqlite;

import static dev.rockpool.jdbc.internal.sqlite.StatementKind.CONTROL;
import static dev.rockpool.jdbc.internal.sqlite.StatementKind.READ;
import static dev.rockpool.jdbc.internal.sqlite.StatementKind.READ_HOLDING;
import static dev.rockpool.jdbc.internal.sqlite.StatementKind.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.internal.sqlite.WriteLockRules.Aftermath;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The decisions about SQLite's write lock, one table for each. */
class WriteLockRulesTest {
    private static final List<StatementKind> KINDS = List.of(READ, READ_HOLDING, WRITE, CONTROL);

    @Test
    void whichStatementsTakeTheLock() {
        String taken = """
                autoCommit                       READ_HOLDING WRITE CONTROL
                transaction                      READ READ_HOLDING WRITE CONTROL
                autoCommit deferred              READ_HOLDING WRITE CONTROL
                transaction deferred             WRITE CONTROL
                autoCommit queryOnly
                transaction queryOnly
                transaction deferred queryOnly
                autoCommit always                READ READ_HOLDING WRITE CONTROL
                transaction always               READ READ_HOLDING WRITE CONTROL
                transaction always queryOnly     READ READ_HOLDING WRITE CONTROL
                """;
        taken.lines().forEach(row -> {
            WriteLockRules rules = rules(row);
            String found = KINDS.stream()
                    .filter(kind -> rules.needsLock(row.startsWith("transaction"), kind))
                    .map(StatementKind::name)
                    .collect(Collectors.joining(" "));
            assertEquals(row.length() > 33 ? row.substring(33) : "", found, row);
        });
    }

    @Test
    void whichTransactionsBeginAnew() {
        assertTrue(rules("").beginsAnew(true), "the first statement of a transaction");
        assertFalse(rules("").beginsAnew(false), "autoCommit");
        assertFalse(rules("deferred").beginsAnew(true), "deferred");
        assertFalse(rules("queryOnly").beginsAnew(true), "read-only");
        assertTrue(rules("always").beginsAnew(true), "in memory");
        WriteLockRules later = rules("");
        later.runs(true);
        assertFalse(later.beginsAnew(true), "a later statement");
        later.ended();
        assertTrue(later.beginsAnew(true), "the next transaction");
    }

    @Test
    void whatBecomesOfATransactionWithAutoCommit() {
        String table = """
                CONTROL -            open   -> NONE text
                CONTROL -            ended  -> NONE -
                CONTROL text         open   -> NONE text
                CONTROL text         ended  -> CLOSE_WRITES -
                CONTROL bracket      open   -> NONE text,bracket
                CONTROL bracket      ended  -> CLOSE_WRITES -
                CONTROL text,bracket open   -> NONE text,bracket
                CONTROL text,bracket ended  -> CLOSE_WRITES -
                WRITE   -            open   -> ROLL_BACK -
                WRITE   -            ended  -> NONE -
                WRITE   text         open   -> NONE text
                WRITE   text         ended  -> CLOSE_WRITES -
                WRITE   bracket      open   -> NONE bracket
                WRITE   bracket      ended  -> CLOSE_WRITES -
                WRITE   text,bracket open   -> NONE text,bracket
                WRITE   text,bracket ended  -> CLOSE_WRITES -
                """;
        table.lines().forEach(row -> {
            String[] cells = row.split("\\s+");
            boolean open = cells[2].equals("open");
            StatementKind kind = StatementKind.valueOf(cells[0]);
            for (boolean failed : new boolean[] {true, false}) {
                WriteLockRules rules = with(cells[1]);
                assertEquals(Aftermath.valueOf(cells[4]), rules.after(kind, failed, true, open), row);
                assertEquals(cells[5], begunBy(rules), row);
                assertFalse(rules.isLost(), row);
            }
            if (kind == CONTROL) return;
            WriteLockRules rules = with(cells[1]);
            assertEquals(Aftermath.valueOf(cells[4]), rules.settle(true, open), "a failed call: " + row);
            assertEquals(cells[5], begunBy(rules), row);
        });
    }

    @Test
    void whatBecomesOfATransactionWithoutAutoCommit() {
        for (StatementKind kind : KINDS) {
            assertEquals(Aftermath.NONE, rules("").after(kind, true, false, true));
            assertEquals(Aftermath.NONE, rules("").after(kind, false, false, true));
            WriteLockRules byText = rules("");
            assertEquals(Aftermath.CLOSE_WRITES_AND_BEGIN, byText.after(kind, false, false, false));
            assertFalse(byText.isLost(), "ended by a text");
            WriteLockRules byError = rules("");
            assertEquals(Aftermath.CLOSE_WRITES, byError.after(kind, true, false, false));
            assertTrue(byError.isLost(), "ended by an error");
            byError.rolledBack();
            assertFalse(byError.isLost(), "after the rollback");
        }
    }

    @Test
    void aFailedCallMayHaveLostTheTransaction() {
        WriteLockRules rules = rules("");
        rules.stateUnknown();
        assertTrue(rules.isStateUnknown());
        rules.stateKnown();
        assertFalse(rules.isStateUnknown());
        assertEquals(Aftermath.NONE, rules.settle(false, true));
        assertFalse(rules.isLost());
        assertEquals(Aftermath.NONE, rules.settle(false, false));
        assertTrue(rules.isLost());
    }

    @Test
    void whenSqliteIsAsked() {
        for (StatementKind kind : KINDS) {
            assertTrue(WriteLockRules.mustAsk(kind, true));
            assertEquals(kind == CONTROL, WriteLockRules.mustAsk(kind, false));
        }
    }

    @Test
    void whichRowsKeepTheLock() {
        for (StatementKind kind : KINDS) {
            for (boolean autoCommit : new boolean[] {true, false}) {
                assertEquals(kind != READ, rules("").keepsLock(kind, autoCommit));
                assertEquals(kind != READ || autoCommit, rules("always").keepsLock(kind, autoCommit));
            }
        }
        WriteLockRules byText = rules("always");
        byText.after(CONTROL, false, true, true);
        assertFalse(byText.keepsLock(READ, true), "the transaction keeps it");
    }

    @Test
    void whichRowsNeedATransactionOfThePool() {
        assertTrue(with("-").needsBracket(true));
        assertFalse(with("-").needsBracket(false));
        assertFalse(with("text").needsBracket(true));
        assertFalse(with("bracket").needsBracket(true));
    }

    @Test
    void whatKeepsTheLock() {
        assertTrue(with("-").mayRelease(false));
        assertFalse(with("-").mayRelease(true), "open rows");
        assertFalse(with("text").mayRelease(false), "a transaction begun by a text");
        assertFalse(with("bracket").mayRelease(false), "a transaction of the pool");
        WriteLockRules rules = rules("");
        rules.runs(true);
        assertFalse(rules.mayRelease(false), "a transaction in which a statement ran");
        rules.runs(false);
        assertTrue(rules.mayRelease(false), "a statement with autoCommit");
        rules.unwrapped(true);
        assertFalse(rules.mayRelease(false), "a transaction whose use cannot be seen");
        rules.ended();
        assertTrue(rules.mayRelease(false), "it has ended");
    }

    @Test
    void aRollbackWithoutTheLockIsLeftOutWhereReadingNeedsIt() {
        assertTrue(rules("always").isUntouched(false));
        assertFalse(rules("always").isUntouched(true));
        assertFalse(rules("").isUntouched(false));
        WriteLockRules used = rules("always");
        used.runs(true);
        assertFalse(used.isUntouched(false));
    }

    @Test
    void whenALeaseMayEndWithAnOpenTransaction() {
        assertFalse(with("-").mayBeOpen());
        assertFalse(with("bracket").mayBeOpen());
        WriteLockRules unknown = rules("");
        unknown.stateUnknown();
        assertTrue(unknown.mayBeOpen());
        WriteLockRules unseen = rules("");
        unseen.unwrapped(false);
        assertTrue(unseen.mayBeOpen());
        unseen.leaseEnded();
        assertFalse(unseen.mayBeOpen());
        WriteLockRules text = with("text");
        assertTrue(text.mayBeOpen());
        text.leaseEnded();
        assertEquals("-", begunBy(text));
    }

    private static WriteLockRules rules(String settings) {
        WriteLockRules rules = new WriteLockRules(settings.contains("deferred"), settings.contains("always"));
        rules.queryOnly(settings.contains("queryOnly"));
        return rules;
    }

    /** A transaction that was begun by these, with autoCommit. */
    private static WriteLockRules with(String begunBy) {
        WriteLockRules rules = rules("");
        rules.bracket(begunBy.contains("bracket"));
        if (begunBy.contains("text")) rules.after(CONTROL, false, true, true);
        return rules;
    }

    private static String begunBy(WriteLockRules rules) {
        String found = Stream.of(rules.isBegunByText() ? "text" : "", rules.isBracketOpen() ? "bracket" : "")
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(","));
        return found.isEmpty() ? "-" : found;
    }
}
