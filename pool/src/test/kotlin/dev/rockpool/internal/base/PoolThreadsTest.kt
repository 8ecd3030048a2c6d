package dev.rockpool.internal.base

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext

class PoolThreadsTest :
    FunSpec({
        test("pool threads are daemons, end when idle, and keep no application's class loader reachable") {
            val thread = withContext(PoolThreads.atMost(1)) { Thread.currentThread() }
            thread.isDaemon shouldBe true
            thread.name shouldStartWith "rockpool-"
            thread.contextClassLoader shouldBe PoolThreads::class.java.classLoader
            eventually(20.seconds) { thread.isAlive shouldBe false }
        }

        test("a pool thread inherits nothing from the thread that first needed it") {
            val context = InheritableThreadLocal<String>()
            val seen = java.util.concurrent.CompletableFuture<String?>()
            val busy = CountDownLatch(1)
            repeat(50) { PoolThreads.execute { busy.await() } } // so that the next thread is new
            context.set("of a request")
            PoolThreads.execute { seen.complete(context.get()) }
            seen.get() shouldBe null
            busy.countDown()
        }

        test("idle threads are kept while a pool is open, and end soon after the last pool is closed") {
            PoolThreads.pools(1)
            val thread = withContext(PoolThreads.atMost(1)) { Thread.currentThread() }
            eventually(20.seconds) { thread.state shouldBe Thread.State.TIMED_WAITING }
            PoolThreads.keepsIdleFor shouldBe 30.seconds
            PoolThreads.pools(1)
            PoolThreads.pools(-1)
            PoolThreads.keepsIdleFor shouldBe 30.seconds
            PoolThreads.pools(-1)
            eventually(20.seconds) { thread.isAlive shouldBe false }
        }

        test("several callers can wait for the end of the same thread") {
            withContext(Dispatchers.IO) {
                repeat(1_500) {
                    PoolThreads.execute {}
                    List(2) { async { repeat(100) { PoolThreads.joinUnneeded() } } }.awaitAll()
                }
            }
        }

        test("a limited executor runs no more tasks at once than allowed, and blocks no other executor") {
            val leave = CountDownLatch(1)
            val two = PoolThreads.atMost(2)
            coroutineScope {
                val running = java.util.concurrent.CopyOnWriteArrayList<Int>()
                val all =
                    List(3) { i ->
                        async(two) {
                            running += i
                            leave.await()
                        }
                    }
                eventually(20.seconds) { running.size shouldBe 2 }
                withContext(PoolThreads.atMost(1)) { running.size } shouldBe 2
                leave.countDown()
                all.awaitAll()
                running shouldContain 2
            }
        }
    })
