package dev.rockpool.jdbc.internal.dispatch

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger

/** Whoever was told that it is called for is called for. */
class WakeupBatcherLaws :
    FunSpec({
        for (look in 2..5) {
            test("somebody is called for what comes right after its look $look, the last one among them") {
                val came = AtomicBoolean()
                val looks = AtomicInteger()
                val called = CountDownLatch(1)
                lateinit var collector: WakeupBatcher
                fun comes() {
                    came.set(true)
                    while (!collector.batches()) Thread.onSpinWait() // they come fast
                }
                collector =
                    WakeupBatcher(
                        any = { came.get().also { if (looks.incrementAndGet() == look && !it) comes() } },
                        call = { if (came.getAndSet(false) && looks.get() >= look) called.countDown() },
                    )
                comes()
                called.await(20, SECONDS) shouldBe true
            }
        }
    })
