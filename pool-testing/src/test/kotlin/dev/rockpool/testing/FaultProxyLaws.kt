package dev.rockpool.testing

import dev.rockpool.testing.FaultProxy.Direction
import dev.rockpool.testing.FaultProxy.Links
import dev.rockpool.testing.FaultProxy.Side
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.ConnectException
import java.net.InetAddress
import java.net.Socket
import java.net.SocketException
import java.net.SocketTimeoutException
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

class FaultProxyLaws :
    FunSpec({
        suspend fun withProxy(test: suspend (FaultProxy, EchoServer) -> Unit) {
            EchoServer().use { server ->
                FaultProxy.to(InetAddress.getLoopbackAddress().hostAddress, server.port).use { test(it, server) }
            }
        }

        test("without a fault, bytes and the end of a connection pass both ways") {
            withProxy { proxy, server ->
                val client = proxy.connect()
                client.says("hello") shouldBe "hello"
                client.getOutputStream().write(ByteArray(1_000_000))
                client.getInputStream().readNBytes(1_000_000).size shouldBe 1_000_000
                client.shutdownOutput()
                client.getInputStream().read() shouldBe -1
                server.nextEnd() shouldBe "closed"
                eventually(10.seconds) { proxy.connections() shouldBe 0 }
                proxy.toString() shouldContain "0 connections"
            }
        }

        test("latency delays each chunk in each direction until healed") {
            withProxy { proxy, _ ->
                val client = proxy.connect()
                client.says("warm")
                proxy.latency(Duration.ofMillis(30), Links.EXISTING)
                measureTime { client.says("slow") } shouldBeGreaterThanOrEqualTo 60.milliseconds
                proxy.latency(Duration.ofDays(1), Links.EXISTING)
                client.getOutputStream().write(1)
                proxy.heal()
                client.getInputStream().read() shouldBe 1
            }
        }

        test("faults of existing connections do not affect new ones, and vice versa") {
            withProxy { proxy, _ ->
                val old = proxy.connect()
                old.says("warm")
                proxy.blackHole(Links.EXISTING)
                proxy.connect().says("new") shouldBe "new"
                old.isSilent("old") shouldBe true
                proxy.heal()
                old.answer(3) shouldBe "old"
                proxy.blackHole(Links.NEW)
                old.says("old") shouldBe "old"
                proxy.connect().isSilent("new") shouldBe true
            }
        }

        test("limited bandwidth delivers bytes one after another") {
            withProxy { proxy, _ ->
                val client = proxy.connect()
                client.says("warm")
                proxy.bandwidth(1_000, Links.ALL)
                measureTime { client.says("x".repeat(100)) } shouldBeGreaterThanOrEqualTo 100.milliseconds
                shouldThrow<IllegalArgumentException> { proxy.bandwidth(0, Links.ALL) }
            }
        }

        test("a black hole holds bytes and the end of a connection, in one direction or both, until healed") {
            withProxy { proxy, server ->
                for (direction in Direction.entries) {
                    val client = proxy.connect()
                    client.says("warm")
                    proxy.blackHole(Links.ALL, direction)
                    client.isSilent("held") shouldBe true
                    client.shutdownOutput()
                    if (direction != Direction.TO_CLIENT) server.sockets.last().isClosed shouldBe false
                    proxy.heal()
                    client.answer(4) shouldBe "held"
                    client.getInputStream().read() shouldBe -1
                    server.nextEnd() shouldBe "closed"
                }
            }
        }

        test("a silently accepted connection reaches the server only once healed") {
            withProxy { proxy, server ->
                proxy.silence()
                val client = proxy.connect()
                client.isSilent("hello?") shouldBe true
                server.sockets.size shouldBe 0
                proxy.heal()
                client.answer(6) shouldBe "hello?"
            }
        }

        test("dropped connections end with FIN on both sides, and so do new ones until healed") {
            withProxy { proxy, server ->
                val client = proxy.connect()
                client.says("warm")
                proxy.drop(Links.ALL)
                client.getInputStream().read() shouldBe -1
                server.nextEnd() shouldBe "closed"
                proxy.connections() shouldBe 0
                proxy.connect().getInputStream().read() shouldBe -1
                proxy.heal()
                proxy.connect().says("again") shouldBe "again"
            }
        }

        test("reset connections end with RST on both sides, and so do new ones until healed") {
            withProxy { proxy, server ->
                val client = proxy.connect()
                client.says("warm")
                proxy.reset(Links.ALL)
                shouldThrow<SocketException> { client.getInputStream().read() }.message shouldContain "reset"
                server.nextEnd() shouldBe "reset"
                shouldThrow<SocketException> { proxy.connect().getInputStream().read() }
                proxy.heal()
                proxy.connect().says("again") shouldBe "again"
            }
        }

        test("a half-open connection is closed on one side, and the other is not told until healing resets it") {
            withProxy { proxy, server ->
                val client = proxy.connect()
                client.says("warm")
                proxy.halfOpen(Side.SERVER)
                server.nextEnd() shouldBe "closed"
                client.isSilent("anybody?") shouldBe true
                proxy.heal()
                shouldThrow<SocketException> { client.getInputStream().read() }

                val left = proxy.connect()
                left.says("warm")
                proxy.halfOpen(Side.CLIENT)
                left.getInputStream().read() shouldBe -1
                server.sockets.last().isClosed shouldBe false
                proxy.heal()
                server.nextEnd() shouldBe "reset"
            }
        }

        test("while new connections are refused, existing ones work, and healing reopens the same port") {
            withProxy { proxy, _ ->
                val client = proxy.connect()
                client.says("warm")
                repeat(20) {
                    proxy.refuse()
                    shouldThrow<ConnectException> { proxy.connect() }
                    client.says("still") shouldBe "still"
                    proxy.heal()
                    proxy.connect().use { it.says("again") shouldBe "again" }
                }
            }
        }

        test("a server that refuses resets the client, and a closed proxy refuses") {
            val port = EchoServer().use { it.port }
            val proxy = FaultProxy.to(InetAddress.getLoopbackAddress().hostAddress, port)
            shouldThrow<SocketException> { proxy.connect().getInputStream().read() }
            proxy.close()
            proxy.heal()
            shouldThrow<ConnectException> { proxy.connect() }
        }
    })

private fun FaultProxy.connect() = Socket(address().address, port()).apply { soTimeout = 10_000 }

/** Sends the text and returns the answer. */
private fun Socket.says(words: String): String {
    getOutputStream().write(words.toByteArray())
    return answer(words.length)
}

private fun Socket.answer(length: Int): String = String(getInputStream().readNBytes(length))

/** Whether the text gets no answer within a tenth of a second. */
private fun Socket.isSilent(words: String): Boolean {
    getOutputStream().write(words.toByteArray())
    soTimeout = 100
    return runCatching { getInputStream().read() }.also { soTimeout = 10_000 }.exceptionOrNull() is
        SocketTimeoutException
}
