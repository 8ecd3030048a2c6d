package dev.rockpool

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.LockSupport
import kotlin.time.Duration.Companion.milliseconds

/** Starts a virtual thread; found by name, because the code is compiled for JDK 17. */
private fun startVirtualThread(work: Runnable): Thread =
    Thread::class.java.getMethod("startVirtualThread", Runnable::class.java).invoke(null, work) as Thread

/** The blocking side on virtual threads; runs on JDK 21 and above. */
class VirtualThreadLaws :
    FunSpec({
        val hasVirtualThreads = Runtime.version().feature() >= 21

        test("1,000 virtual threads on 10 connections, each parking while it holds one, all finish").config(
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

        test("100 platform threads on 10 connections, each parking while it holds one, all finish") {
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
