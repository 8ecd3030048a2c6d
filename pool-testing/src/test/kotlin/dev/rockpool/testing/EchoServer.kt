package dev.rockpool.testing

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Echoes every byte. */
class EchoServer : AutoCloseable {
    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val ends = LinkedBlockingQueue<String>()
    val sockets = CopyOnWriteArrayList<Socket>()
    val port: Int = listener.localPort

    init {
        thread(isDaemon = true) {
            while (!listener.isClosed) {
                val socket = runCatching { listener.accept() }.getOrNull() ?: break
                sockets += socket
                thread(isDaemon = true) { echo(socket) }
            }
        }
    }

    /** How the next connection to end ends: `closed` or `reset`. */
    fun nextEnd(): String? = ends.poll(10, TimeUnit.SECONDS)

    private fun echo(socket: Socket) {
        try {
            val buffer = ByteArray(4096)
            while (true) {
                val size = socket.getInputStream().read(buffer)
                if (size < 0) break
                socket.getOutputStream().write(buffer, 0, size)
            }
            ends += "closed"
        } catch (_: IOException) {
            ends += "reset"
        }
        runCatching { socket.close() }
    }

    override fun close() {
        listener.close()
        sockets.forEach { it.close() }
    }
}
