package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.testing.EmbeddedDatabase
import dev.rockpool.testing.FaultProxy
import dev.rockpool.testing.FaultProxy.Links
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import java.sql.SQLException
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds

class TlsLaws :
    FunSpec({
        val folder = tempdir().toPath()
        val trusted = Certificate(folder, "server")
        val stranger = Certificate(folder, "stranger")
        val client = Certificate(folder, "client", subject = "shop")
        val database by lazy {
            EmbeddedDatabase.builder()
                .maxConnections(10)
                .setting("ssl", "on")
                .setting("ssl_cert_file", trusted.file.toString())
                .setting("ssl_key_file", trusted.key.toString())
                .setting("ssl_ca_file", client.file.toString())
                .create()
        }

        afterSpec { database.close() }

        fun pool(authority: Path) =
            JdbcPool("tls") {
                url = database.url()
                username = database.user()
                password = database.password()
                properties = mapOf("sslmode" to "verify-full", "sslrootcert" to authority.toString())
                minIdle = 0
            }

        test("TLS settings reach the driver: the server is verified, and the session is encrypted") {
            val pool = pool(trusted.file)
            pool.withConnection { it.ask("select ssl from pg_stat_ssl where pid = pg_backend_pid()") shouldBe "t" }
            pool.close()
        }

        suspend fun askedThroughFile(tls: String, sql: String): String? {
            val file = folder.resolve("pools.properties")
            val login = "pools.a.username=${database.user()}\npools.a.password=${database.password()}\n"
            Files.writeString(file, "pools.a.url=${database.url()}\n$login$tls")
            val pool = JdbcPool(PoolsFile.load(file, emptyMap(), emptyMap()).config("a"))
            try {
                return pool.withConnection { it.ask(sql) }
            } finally {
                pool.close()
            }
        }

        test("the TLS settings of a configuration file reach the driver") {
            suspend fun encrypted(tls: String) =
                askedThroughFile(tls, "select ssl from pg_stat_ssl where pid = pg_backend_pid()")

            encrypted("pools.a.security.tls.ca=${trusted.file}\npools.a.security.authentication.timeout=20s") shouldBe
                "t"
            encrypted("pools.a.security.tls.verify=ca\npools.a.security.tls.ca=${trusted.file}") shouldBe "t"
            encrypted("pools.a.security.tls.verify=none") shouldBe "t"
            shouldThrow<ConnectFailedException> { encrypted("pools.a.security.tls.ca=${stranger.file}") }
            // The JVM's trust store does not have it.
            shouldThrow<ConnectFailedException> { encrypted("pools.a.security.tls.verify=full") }
        }

        test("the client certificate of a configuration file reaches the server") {
            suspend fun name(tls: String) =
                askedThroughFile(
                    "pools.a.security.tls.ca=${trusted.file}\n$tls",
                    "select client_dn from pg_stat_ssl where pid = pg_backend_pid()",
                )

            fun certificate(of: Certificate) =
                "pools.a.security.tls.certificate=${of.file}\npools.a.security.tls.key=${of.driverKey}"

            name("") shouldBe null
            name(certificate(client)) shouldBe "/CN=shop"
            name(certificate(stranger)) shouldBe null // the server asks for certificates that it trusts
        }

        test("57: with TLS a caller gets the connection that is kept fresh without a round trip") {
            val pool = pool(trusted.file)
            val session = pool.withConnection { it.ask("select pg_backend_pid()") }
            withoutWait(pool) {
                val again = pool.dataSource.getConnection(Duration.ZERO).use { it.ask("select pg_backend_pid()") }
                again shouldBe session
            }
            pool.close()
        }

        test("traffic is seen through TLS: a slow answer arrives, and a call that the network has lost is aborted") {
            FaultProxy.to("localhost", database.port()).use { proxy ->
                val pool =
                    JdbcPool("tls") {
                        url = database.url(proxy)
                        username = database.user()
                        password = database.password()
                        properties = mapOf("sslmode" to "verify-full", "sslrootcert" to trusted.file.toString())
                        minIdle = 0
                        maxSize = 2
                        statsInterval = 20.milliseconds
                        stuckCallTimeout = 300.milliseconds
                    }
                pool.withConnection { slow ->
                    proxy.bandwidth(30_000, Links.EXISTING)
                    pool.withConnection { it.ask("select 'a witness'") }
                    slow.ask("select repeat('x', 36000)")?.length shouldBe 36_000
                    proxy.blackHole(Links.EXISTING)
                    shouldThrow<SQLException> { slow.ask("select 1") }
                }
                pool.close()
            }
        }

        test("an untrusted certificate is one clear error at once, without retries") {
            val pool = pool(stranger.file)
            val error = shouldThrow<ConnectFailedException> { pool.withConnection {} }
            error.failure shouldBe ConnectFailure.PERMANENT
            error.message shouldContain "see the server's certificate"
            pool.close()
        }
    })
