package dev.rockpool.jdbc.internal.sqlite

import dev.rockpool.jdbc.internal.errors.FatalErrors
import dev.rockpool.jdbc.internal.vendor.Vendor
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.sql.SQLException

class SqliteTextTest :
    FunSpec({
        val texts =
            mapOf(
                StatementKind.READ to
                    listOf(
                        "select 1",
                        "  -- a comment\n /* and ; another */ SELECT ';' , \"delete\", [x;y] from t;  -- end",
                        ";; select 1 ;;",
                        "values (1), (2)",
                        "explain query plan select * from t",
                        "explain values (1)",
                        "with n(i) as (select 1) select i from n",
                        "with n as (select 'update ''it''') select * from n",
                        "pragma table_info(t)",
                        "pragma user_version",
                        "pragma foreign_keys = on",
                        "pragma main.synchronous(off);",
                        "",
                        "-- nothing",
                        "/* never closed",
                    ),
                StatementKind.READ_HOLDING to
                    listOf(
                        "PRAGMA main.journal_mode;",
                        "pragma journal_mode",
                        "explain query plan delete from t",
                        "explain insert into t values (1)",
                    ),
                StatementKind.WRITE to
                    listOf(
                        "insert into t values (1)",
                        "replace into t values (1)",
                        "Update t set n = 'a;b'",
                        "delete from t returning *",
                        "create table t(n)",
                        "with n as (select 1) insert into t select * from n",
                        "pragma user_version = 3",
                        "pragma journal_mode(wal)",
                        "pragma wal_checkpoint",
                        "pragma optimize;",
                        "vacuum",
                        "analyze",
                        "reindex",
                        "backup to file.db",
                        "attach 'x' as y",
                        "(select 1)",
                    ),
                StatementKind.CONTROL to
                    listOf(
                        "begin",
                        "BEGIN IMMEDIATE;",
                        "commit",
                        "end",
                        "rollback to s",
                        "savepoint s",
                        "release s",
                        "select 1; delete from t",
                        "pragma user_version; begin",
                        "with n as (select 1) select * from n; commit",
                        "with n as (select 1) delete from t; commit",
                    ),
            )
        for ((effect, all) in texts) {
            for (sql in all) {
                test("the effect of <${sql.replace("\n", " ")}> is $effect") {
                    SqliteText.effectOf(sql) shouldBe effect
                }
            }
        }

        test("a text has several statements if anything follows the first; a trigger is one statement") {
            val trigger =
                "create temp trigger r after insert on t begin select case new.n when 1 then 2 end; delete from t; end"
            for (one in listOf("select 1", "select ';'; -- ;", "select [;] from t;;", "$trigger;", "")) {
                SqliteText.hasSeveral(one) shouldBe false
            }
            for (several in listOf("select 1; select 2", ";; begin ; commit", "$trigger; select 1")) {
                SqliteText.hasSeveral(several) shouldBe true
            }
            SqliteText.effectOfFirst("insert into t values (1); begin") shouldBe StatementKind.WRITE
            SqliteText.effectOfFirst("begin; select 1") shouldBe StatementKind.CONTROL
        }

        test("a damaged or unreadable file is fatal for a connection; a locked or full one is not") {
            val errors = FatalErrors(Vendor.SQLITE, null)
            fun fatal(vararg codes: Int) = codes.map { errors.isFatal(SQLException(null, null, it)) }.toSet()
            fatal(10, 11, 14, 26) shouldBe setOf(true)
            fatal(0, 1, 5, 6, 8, 9, 13, 19) shouldBe setOf(false)
            val moved = SQLException("[SQLITE_READONLY_DBMOVED] The database file was moved", null, 8)
            SqliteErrors.isMoved(moved) shouldBe true
        }

        test("the driver gets the user's parameters and defaults, without those that the pool handles itself") {
            fun told(url: String, vararg properties: Pair<String, String>) =
                checkNotNull(SqliteUrl.of(url, mapOf(*properties))).let { it.forDriver() to it.propertiesForDriver() }

            val busy = "busy_timeout" to "5000"
            val wal = "journal_mode" to "WAL"
            told("jdbc:sqlite:a.db") shouldBe ("jdbc:sqlite:a.db" to mapOf(busy, wal))
            told("jdbc:sqlite:a.db?transaction_mode=EXCLUSIVE", "jdbc.explicit_readonly" to "true") shouldBe
                ("jdbc:sqlite:a.db" to mapOf(busy, wal))
            told(
                "jdbc:sqlite:a.db?foreign_keys=on&transaction_mode=deferred&journal_mode=DELETE",
                "user" to "x",
            ) shouldBe ("jdbc:sqlite:a.db?foreign_keys=on&journal_mode=DELETE" to mapOf(busy, "user" to "x"))
            told("jdbc:sqlite:file:a?mode=memory&cache=shared") shouldBe
                ("jdbc:sqlite:file:a?mode=memory&cache=shared" to mapOf(busy))
            for (readOnly in
                listOf("jdbc:sqlite::resource:a.db", "jdbc:sqlite:a.db?open_mode=1", "jdbc:sqlite:file:a?mode=ro")) {
                told(readOnly).second shouldBe mapOf(busy)
            }
            SqliteUrl.of("jdbc:postgresql:a", emptyMap()) shouldBe null
        }
    })
