package shop

import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.withConnection

/** Stands for a connection of some other kind. */
private class Socket {
    fun ask(question: String): String = question.uppercase()
}

private object Sockets : ConnectionFactory<Socket> {
    override suspend fun open(): Socket = Socket()

    override suspend fun close(connection: Socket) {}
}

/** The generic pool, which lends the connections that its factory opens. */
suspend fun sockets(): String {
    val pool = Pool("sockets", Sockets) { maxSize = 2 }
    try {
        return pool.withConnection { it.ask("ping") }
    } finally {
        pool.close()
    }
}
