package dev.rockpool.jdbc.internal.dispatch

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong

/** Each result for which `batches` returned true causes a wake-up. */
class WakeupBatcherLaws :
    FunSpec({
        for (look in 2..5) {
            test("a result right after look $look causes a wake-up, even after the last look") {
                val came = AtomicBoolean()
                val looks = AtomicInteger()
                val called = CountDownLatch(1)
                lateinit var collector: WakeupBatcher
                fun comes() {
                    came.set(true)
                    while (!collector.batches()) Thread.onSpinWait() // results come fast
                }
                collector =
                    WakeupBatcher(
                        Contention(clock = { 0 }), // never high
                        any = { came.get().also { if (looks.incrementAndGet() == look && !it) comes() } },
                        call = { if (came.getAndSet(false) && looks.get() >= look) called.countDown() },
                    )
                comes()
                called.await(20, SECONDS) shouldBe true
            }
        }

        for (look in 1..3) {
            test("a result right after look $look causes a wake-up, although the batching thread comes late") {
                val came = AtomicBoolean()
                val looks = AtomicInteger()
                val called = CountDownLatch(1)
                val now = AtomicLong()
                val late = Contention({ now.get() }, {}, { now.addAndGet(it + 2_000_000) })
                lateinit var batcher: WakeupBatcher
                val call = { if (came.getAndSet(false) && looks.get() >= look) called.countDown() }
                batcher =
                    WakeupBatcher(
                        late,
                        any = {
                            came.get().also {
                                if (looks.incrementAndGet() == look) {
                                    came.set(true)
                                    if (!batcher.batches()) call() // not batched, so the caller wakes a thread itself
                                }
                            }
                        },
                        call = call,
                    )
                while (!batcher.batches()) Thread.onSpinWait()
                called.await(20, SECONDS) shouldBe true
            }
        }
    })
