package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.testing.EmbeddedDatabase
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path

class TlsLaws :
    FunSpec({
        val folder = tempdir().toPath()
        val trusted = Certificate(folder, "server")
        val stranger = Certificate(folder, "stranger")
        val database by lazy {
            EmbeddedDatabase.builder()
                .maxConnections(10)
                .setting("ssl", "on")
                .setting("ssl_cert_file", trusted.file.toString())
                .setting("ssl_key_file", trusted.key.toString())
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

        test("what the driver is told of TLS reaches it: the server is verified, and the session is encrypted") {
            val pool = pool(trusted.file)
            pool.withConnection { it.ask("select ssl from pg_stat_ssl where pid = pg_backend_pid()") shouldBe "t" }
            pool.close()
        }

        test("a server whose certificate is not trusted is one clear error at once, and not tried in vain") {
            val pool = pool(stranger.file)
            val error = shouldThrow<ConnectFailedException> { pool.withConnection {} }
            error.failure shouldBe ConnectFailure.PERMANENT
            error.message shouldContain "see the server's certificate"
            pool.close()
        }
    })
