package dev.rockpool.internal.base

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

class TimeLimitsTest :
    FunSpec({
        test("a future completes with null after its limit") {
            val future = TimeLimits.nullAfter(CompletableFuture<String>(), TimeUnit.MILLISECONDS.toNanos(5))
            future.get(20, TimeUnit.SECONDS) shouldBe null
        }

        test("a future that completes in time keeps its result") {
            val future = TimeLimits.nullAfter(CompletableFuture<String>(), Long.MAX_VALUE)
            future.complete("in time")
            future.get() shouldBe "in time"
            TimeLimits.nullAfter(future, 0).get() shouldBe "in time"
        }
    })
