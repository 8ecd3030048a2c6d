package dev.rockpool.jdbc.internal.errors

import dev.rockpool.ConnectFailure
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.fakePool
import dev.rockpool.jdbc.internal.vendor.Vendor
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.IOException
import java.net.ConnectException
import java.security.cert.CertificateException
import java.sql.SQLException
import java.sql.SQLNonTransientConnectionException
import java.sql.SQLRecoverableException
import java.sql.SQLTimeoutException
import javax.net.ssl.SSLHandshakeException
import org.h2.mvstore.MVStoreException

/** The documented errors of each vendor for a lost connection and for a login that never works. */
class VendorLaws :
    FunSpec({
        context("a vendor is recognized by the URL, also behind a wrapper's prefix") {
            withData<Pair<String, Vendor?>>(
                { it.first },
                "jdbc:postgresql://host/x" to Vendor.POSTGRESQL,
                "jdbc:mysql://host/x" to Vendor.MYSQL,
                "jdbc:mariadb:loadbalance://a,b/x" to Vendor.MYSQL,
                "jdbc:aws-wrapper:mysql://host/x" to Vendor.MYSQL,
                "jdbc:oracle:thin:@//host:1521/x" to Vendor.ORACLE,
                "jdbc:sqlserver://host;databaseName=x" to Vendor.SQL_SERVER,
                "jdbc:jtds:sqlserver://host/x" to Vendor.SQL_SERVER,
                "jdbc:h2:mem:postgresql" to Vendor.H2,
                "jdbc:derby:memory:x" to Vendor.DERBY,
                "jdbc:sqlite:/tmp/x" to Vendor.SQLITE,
                "jdbc:db2://host/x" to Vendor.DB2,
                "jdbc:nobody://mysql/x" to null,
            ) { (url, vendor) ->
                Vendor.ofUrl(url) shouldBe vendor
            }
        }

        test("a vendor is recognized by the driver's class, or by the database's product name, which is read once") {
            val database = FakeDatabase()
            database.on("metadata.getDatabaseProductName") { "Microsoft SQL Server" }
            database.on("statement.execute") { throw SQLException("killed", "S0001", 596) }
            fakePool(database) { maxSize = 2 }
                .use { pool ->
                    val both = List(2) { pool.connection }
                    database.log().count { "getDatabaseProductName" in it } shouldBe 1
                    both.forEach { lease -> lease.use { runCatching { it.createStatement().execute("touch") } } }
                    database.normal("statement.execute")
                    pool.connection.close()
                    database.connections.size shouldBe 3
                }
        }

        test("an unknown database is treated by the SQL standard") {
            val database = FakeDatabase()
            database.on("connection.getMetaData") { throw SQLException("no metadata") }
            fakePool(database).use { it.connection.close() }
        }

        context("30 fatal, by vendor") {
            withData(
                Sample(Vendor.POSTGRESQL, "57P01", 0),
                Sample(Vendor.POSTGRESQL, "57P05", 0),
                Sample(Vendor.POSTGRESQL, "25P03", 0),
                Sample(Vendor.POSTGRESQL, "08006", 0),
                Sample(Vendor.MYSQL, "08S01", 0),
                Sample(Vendor.MYSQL, "08S01", 1053),
                Sample(Vendor.MYSQL, "HY000", 2013),
                Sample(Vendor.MYSQL, "HY000", 4031),
                Sample(Vendor.MYSQL, "70100", 1927),
                Sample(Vendor.MYSQL, "HY000", 1105),
                Sample(Vendor.ORACLE, "72000", 28),
                Sample(Vendor.ORACLE, "72000", 2399),
                Sample(Vendor.ORACLE, null, -3113),
                Sample(Vendor.ORACLE, null, 12170),
                Sample(Vendor.ORACLE, null, 17002),
                Sample(Vendor.SQL_SERVER, "08S01", 0),
                Sample(Vendor.SQL_SERVER, "S0001", 596),
                Sample(Vendor.SQL_SERVER, "S0001", 40613),
                Sample(Vendor.H2, "90028", 90028),
                Sample(Vendor.H2, "90030", 90030),
                Sample(Vendor.H2, "90031", 90031),
                Sample(Vendor.H2, "90067", 90067),
                Sample(Vendor.H2, "90098", 90098),
                Sample(Vendor.H2, "90121", 90121),
                Sample(Vendor.DERBY, "XJ015", 50000),
                Sample(Vendor.DERBY, "08003", 40000),
                Sample(Vendor.SQLITE, null, 10),
                Sample(Vendor.SQLITE, null, 11),
                Sample(Vendor.DB2, "58004", -4499),
                Sample(Vendor.SYBASE, "JZ0C0", 0),
                Sample(Vendor.SYBASE, "JZ006", 0),
                Sample(Vendor.OTHER, null, 2399),
                Sample(Vendor.OTHER, "01002", 0),
            ) {
                it.isFatal() shouldBe true
            }
        }

        context("30 not fatal, by vendor") {
            withData(
                Sample(Vendor.POSTGRESQL, "57014", 0),
                Sample(Vendor.POSTGRESQL, "40P01", 0),
                Sample(Vendor.POSTGRESQL, "0A000", 0), // an outdated plan, not a lost connection
                Sample(Vendor.POSTGRESQL, null, 28),
                Sample(Vendor.MYSQL, "40001", 1213),
                Sample(Vendor.MYSQL, "70100", 1317), // the statement was cancelled
                Sample(Vendor.MYSQL, "HY000", 1205),
                Sample(Vendor.MYSQL, "42S02", 1146),
                Sample(Vendor.ORACLE, "72000", 1013),
                Sample(Vendor.ORACLE, "61000", 60),
                Sample(Vendor.ORACLE, "72000", 20001),
                Sample(Vendor.SQL_SERVER, "HY008", 0),
                Sample(Vendor.SQL_SERVER, "40001", 1205),
                Sample(Vendor.H2, "57014", 57014),
                Sample(Vendor.H2, "90007", 90007), // the statement is closed
                Sample(Vendor.DERBY, "42X05", 30000),
                Sample(Vendor.SQLITE, null, 5),
                Sample(Vendor.SQLITE, null, 19),
                Sample(Vendor.OTHER, "42000", 28),
            ) {
                it.isFatal() shouldBe false
            }
        }

        test("30 H2's general error is fatal only if its store is closed, as after an interrupt") {
            val store = MVStoreException(1, "Reading from file failed")
            val closed = SQLException("General error", "HY000", 50000, IllegalStateException(store))
            FatalErrors(Vendor.H2, null).isFatal(closed) shouldBe true
            FatalErrors(Vendor.H2, null).isFatal(SQLException("General error", "HY000", 50000)) shouldBe false
            FatalErrors(Vendor.POSTGRESQL, null).isFatal(closed) shouldBe false
        }

        test("30 the exception class is decisive for every vendor") {
            for (vendor in Vendor.entries) {
                FatalErrors(vendor, null).isFatal(SQLRecoverableException("lost")) shouldBe true
                FatalErrors(vendor, null).isFatal(SQLNonTransientConnectionException("lost")) shouldBe true
                FatalErrors(vendor, null).isFatal(SQLTimeoutException("too slow")) shouldBe false
                FatalErrors(vendor, null).isFatal(SQLException("cancelled", "57014")) shouldBe false
            }
        }

        context("a permanently failed connect, by vendor") {
            withData(
                Sample(Vendor.POSTGRESQL, "28P01", 0),
                Sample(Vendor.POSTGRESQL, "3D000", 0),
                Sample(Vendor.POSTGRESQL, "08004", 0),
                Sample(Vendor.MYSQL, "28000", 1045),
                Sample(Vendor.MYSQL, "42000", 1049),
                Sample(Vendor.ORACLE, "72000", 1017),
                Sample(Vendor.ORACLE, "99999", 28000),
                Sample(Vendor.SQL_SERVER, "S0001", 18456),
                Sample(Vendor.SQL_SERVER, "S0001", 4060),
                Sample(Vendor.H2, "28000", 28000),
                Sample(Vendor.H2, "90013", 90013),
                Sample(Vendor.H2, "90146", 90146),
                Sample(Vendor.DERBY, "XJ004", 40000),
                Sample(Vendor.SQLITE, null, 14),
                Sample(Vendor.OTHER, "28000", 0),
            ) {
                ConnectErrors.classify(it.error(), it.vendor) shouldBe ConnectFailure.PERMANENT
                ConnectErrors.classify(RuntimeException(it.error()), it.vendor) shouldBe ConnectFailure.PERMANENT
            }
        }

        context("a transiently failed connect, by vendor") {
            withData(
                Sample(Vendor.POSTGRESQL, "57P03", 0),
                Sample(Vendor.POSTGRESQL, "08001", 0),
                Sample(Vendor.MYSQL, "08004", 1043),
                Sample(Vendor.ORACLE, null, 12514), // the listener does not know the service yet
                Sample(Vendor.ORACLE, null, 1033),
                Sample(Vendor.SQL_SERVER, "S0001", 40613),
                Sample(Vendor.H2, "90020", 90020), // another process has the file open
                Sample(Vendor.SQLITE, null, 5),
                Sample(Vendor.OTHER, "42000", 1045),
            ) {
                ConnectErrors.classify(it.error(), it.vendor) shouldBe ConnectFailure.TRANSIENT
            }
        }

        context("a connect that failed because the server is full, by vendor") {
            withData(
                Sample(Vendor.POSTGRESQL, "53300", 0),
                Sample(Vendor.MYSQL, "08004", 1040),
                Sample(Vendor.MYSQL, "42000", 1203),
                Sample(Vendor.MYSQL, "42000", 1226),
                Sample(Vendor.ORACLE, "72000", 18),
                Sample(Vendor.ORACLE, "72000", 20),
                Sample(Vendor.ORACLE, "72000", 2391),
                Sample(Vendor.ORACLE, "66000", 12516),
                Sample(Vendor.ORACLE, "66000", 12519),
                Sample(Vendor.ORACLE, "66000", 12520),
                Sample(Vendor.SQL_SERVER, "S0001", 17809),
                Sample(Vendor.SQL_SERVER, "S0001", 10928),
                Sample(Vendor.SQL_SERVER, "S0001", 10929),
                Sample(Vendor.SQL_SERVER, "S0001", 10936),
                Sample(Vendor.DB2, "57030", -1040),
                Sample(Vendor.DB2, "57030", -1226),
            ) {
                ConnectErrors.classify(it.error(), it.vendor) shouldBe ConnectFailure.FULL
                ConnectErrors.classify(RuntimeException(it.error()), it.vendor) shouldBe ConnectFailure.FULL
            }
        }

        context("a statement that is refused temporarily, by vendor") {
            withData(
                Sample(Vendor.POSTGRESQL, "25006", 0),
                Sample(Vendor.POSTGRESQL, "55P03", 0),
                Sample(Vendor.MYSQL, "HY000", 1205),
                Sample(Vendor.MYSQL, "HY000", 1290),
                Sample(Vendor.MYSQL, "HY000", 1836),
                Sample(Vendor.ORACLE, "61000", 60),
                Sample(Vendor.ORACLE, "72000", 16000),
                Sample(Vendor.SQL_SERVER, "S0001", 1222),
                Sample(Vendor.SQL_SERVER, "S0001", 3906),
                Sample(Vendor.H2, "HYT00", 50200),
                Sample(Vendor.SQLITE, null, 5),
                Sample(Vendor.SQLITE, null, 13),
                Sample(Vendor.OTHER, "40001", 0),
            ) {
                RefusedSettings.isFinal(it.error(), it.vendor) shouldBe false
            }
        }

        context("a statement that is refused permanently, by vendor") {
            withData(
                Sample(Vendor.POSTGRESQL, "42601", 0),
                Sample(Vendor.POSTGRESQL, "22023", 0),
                Sample(Vendor.POSTGRESQL, "0A000", 0),
                Sample(Vendor.MYSQL, "42000", 1049),
                Sample(Vendor.ORACLE, "42000", 942),
                Sample(Vendor.H2, "42S02", 42102),
                Sample(Vendor.SQLITE, null, 1),
                Sample(Vendor.OTHER, null, 0),
            ) {
                RefusedSettings.isFinal(it.error(), it.vendor) shouldBe true
                RefusedSettings.isFinal(SQLException("read", IOException("reset")), it.vendor) shouldBe false
            }
        }

        test("an untrusted certificate is a permanent failure") {
            val refused = SSLHandshakeException("no").apply { initCause(CertificateException("unknown authority")) }
            val error = SQLException("SSL error", "08006", refused)
            ConnectErrors.classify(error, Vendor.POSTGRESQL) shouldBe ConnectFailure.PERMANENT
        }

        test("advice is added to an error that only mentions a check, but not to one that has its own advice") {
            fun explained(message: String, cause: Exception) =
                ConnectAdvice.explain(SQLException(message, "08006", cause), Vendor.POSTGRESQL, null)
            explained("SSL error: signature check failed", CertificateException("signature check failed")) shouldContain
                "see the server's certificate"
            explained("refused. Check that the port is correct", ConnectException("refused")) shouldNotContain
                "see that"
        }
    })

private data class Sample(val vendor: Vendor, val state: String?, val code: Int) {
    fun error() = SQLException("a sample", state, code)

    fun isFatal() = FatalErrors(vendor, null).isFatal(error())
}
