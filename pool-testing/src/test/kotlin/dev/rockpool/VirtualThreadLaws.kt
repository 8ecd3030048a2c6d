package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import java.util.concurrent.locks.LockSupport
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.toJavaDuration

/** Starts a virtual thread by reflection, because the code is compiled for JDK 17. */
private fun startVirtualThread(work: Runnable): Thread =
    Thread::class.java.getMethod("startVirtualThread", Runnable::class.java).invoke(null, work) as Thread

private fun startThread(work: Runnable): Thread = Thread(work).apply { start() }

/** The blocking API on virtual threads. Needs JDK 21 or above. */
class VirtualThreadLaws :
    FunSpec({
        val hasVirtualThreads = Runtime.version().feature() >= 21

        test("1,000 virtual threads on 10 connections all finish, although each parks while it holds one").config(
            enabledIf = { hasVirtualThreads }
        ) {
            realPool { pool, blocking ->
                val done = CountDownLatch(1_000)
                val most = AtomicInteger()
                repeat(1_000) {
                    startVirtualThread {
                        blocking.acquire().use {
                            most.accumulateAndGet(pool.snapshot().total, ::maxOf)
                            LockSupport.parkNanos(1.milliseconds.inWholeNanoseconds)
                        }
                        done.countDown()
                    }
                }
                done.await(60, TimeUnit.SECONDS) shouldBe true
                most.get() shouldBe 10
            }
        }

        for ((kind, start) in
            mapOf<String, (Runnable) -> Thread>("a platform" to ::startThread, "a virtual" to ::startVirtualThread)) {
            fun law(title: String, body: suspend (Pool<*>, BlockingPool<FakeConnection>) -> Unit) =
                test("$kind thread $title").config(enabledIf = { kind == "a platform" || hasVirtualThreads }) {
                    realPool({ maxSize = 1 }) { pool, blocking -> body(pool, blocking) }
                }

            fun waiting(blocking: BlockingPool<*>, timeout: Duration): CompletableFuture<Lease<*>> {
                val result = CompletableFuture<Lease<*>>()
                start {
                    try {
                        result.complete(blocking.acquire(timeout.toJavaDuration()))
                    } catch (e: Throwable) {
                        result.completeExceptionally(e)
                    }
                }
                return result
            }

            law("that waits is served when a connection comes back") { pool, blocking ->
                val held = blocking.acquire()
                val result = waiting(blocking, Duration.INFINITE)
                pool.untilPending(1)
                held.close()
                result.get(20, TimeUnit.SECONDS).close()
            }

            law("that waits times out, not before its time, and is not in the queue then") { pool, blocking ->
                blocking.acquire().use {
                    val began = System.nanoTime()
                    val failure =
                        shouldThrow<ExecutionException> { waiting(blocking, 50.milliseconds).get(20, TimeUnit.SECONDS) }
                    (failure.cause is AcquireTimeoutException) shouldBe true
                    (System.nanoTime() - began >= 50.milliseconds.inWholeNanoseconds) shouldBe true
                    pool.snapshot().pending shouldBe 0
                    pool.snapshot().timedOut shouldBe 1
                }
            }

            law("that waits is interrupted: nothing is leased, and it is not in the queue") { pool, blocking ->
                blocking.acquire().use {
                    val result = CompletableFuture<Throwable>()
                    val thread = start { result.complete(runCatching { blocking.acquire() }.exceptionOrNull()) }
                    pool.untilPending(1)
                    thread.interrupt()
                    (result.get(20, TimeUnit.SECONDS) is InterruptedException) shouldBe true
                    pool.snapshot().pending shouldBe 0
                }
            }

            law("that waits is notified when the pool is closed") { pool, blocking ->
                val held = blocking.acquire()
                val result = waiting(blocking, Duration.INFINITE)
                pool.untilPending(1)
                val closing = CompletableFuture.runAsync { blocking.close() }
                (shouldThrow<ExecutionException> { result.get(20, TimeUnit.SECONDS) }.cause
                    is PoolClosedException) shouldBe true
                held.close()
                closing.get(20, TimeUnit.SECONDS)
            }

            law("that is served, times out or is interrupted at the same moment loses nothing") { pool, blocking ->
                val seed = System.getProperty("rockpool.seed")?.toLong() ?: System.nanoTime()
                val random = Random(seed)
                withClue("rerun with -Drockpool.seed=$seed") {
                    repeat(300) {
                        val held = blocking.acquire()
                        val got = AtomicReference<Lease<*>?>()
                        val over = CountDownLatch(1)
                        val timeout = random.nextLong(1_000_000, 2_000_000)
                        val thread = start {
                            try {
                                got.set(blocking.acquire(java.time.Duration.ofNanos(timeout)))
                            } catch (_: AcquireTimeoutException) {} catch (_: InterruptedException) {}
                            over.countDown()
                        }
                        LockSupport.parkNanos(random.nextLong(2_000_000))
                        if (random.nextBoolean()) thread.interrupt()
                        held.close()
                        over.await(20, TimeUnit.SECONDS) shouldBe true
                        got.get()?.close()
                        pool.snapshot().pending shouldBe 0
                    }
                }
            }
        }

        test("100 platform threads on 10 connections all finish, although each parks while it holds one") {
            realPool { pool, blocking ->
                val threads =
                    List(100) {
                        Thread {
                                repeat(20) {
                                    blocking.acquire().use { LockSupport.parkNanos(1.milliseconds.inWholeNanoseconds) }
                                }
                            }
                            .apply { start() }
                    }
                threads.forEach { it.join() }
                pool.snapshot().acquired shouldBe 2_000
                pool.snapshot().opened shouldBe 10
            }
        }
    })
