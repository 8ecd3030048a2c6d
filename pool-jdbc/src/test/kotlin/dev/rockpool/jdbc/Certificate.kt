package dev.rockpool.jdbc

import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.security.KeyStore
import java.util.Base64
import java.util.concurrent.TimeUnit

/**
 * Creates a self-signed certificate for `localhost` and its key as PEM files in this folder, with the JDK's keytool.
 */
class Certificate(folder: Path, name: String, subject: String = "localhost") {
    val file: Path = folder.resolve("$name.crt")
    val key: Path = folder.resolve("$name.key")

    /** The key in the form that PostgreSQL's driver reads. */
    val driverKey: Path = folder.resolve("$name.pk8")

    init {
        val store = folder.resolve("$name.p12")
        run(
            listOf(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair") +
                listOf("-alias", name, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2") +
                listOf("-dname", "CN=$subject", "-ext", "SAN=dns:localhost,ip:127.0.0.1") +
                listOf("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", STORE_PASSWORD)
        )
        val keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray())
        Files.writeString(file, pem("CERTIFICATE", keys.getCertificate(name).encoded))
        val private = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        listOf(key, driverKey).forEach { Files.createFile(it, private) }
        val secret = keys.getKey(name, STORE_PASSWORD.toCharArray()).encoded
        Files.writeString(key, pem("PRIVATE KEY", secret))
        Files.write(driverKey, secret)
    }

    private fun run(command: List<String>) {
        val process = ProcessBuilder(command).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        check(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) { "$command: $said" }
    }

    private fun pem(what: String, bytes: ByteArray): String {
        val lines = Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(bytes)
        return "-----BEGIN $what-----\n$lines\n-----END $what-----\n"
    }

    private companion object {
        const val STORE_PASSWORD = "of no consequence"
    }
}
