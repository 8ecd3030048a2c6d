package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.fakePool
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldStartWith
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private val IS_PROOF = System.getProperty("rockpool.proof").toBoolean()
private val TRIPS = if (IS_PROOF) 12_000 else 1_000
private val MEETINGS = if (IS_PROOF) 500 else 50

/** Switches to a pool thread and back. */
private suspend fun ResumeDispatcher.trip(value: Int): Int = suspendCoroutineUninterceptedOrReturn { caller ->
    PoolThreads.execute { resume(caller, value) }
    COROUTINE_SUSPENDED
}

/** Every caller resumes on its own dispatcher, without waiting for another caller. */
class ResumeDispatcherLaws :
    FunSpec({
        // Without an open pool each task would start a thread.
        val open = fakePool(FakeDatabase())

        afterSpec { open.close() }

        val turns = AtomicInteger()
        val crowds =
            mapOf(
                "while no caller waits" to { false },
                "while others wait" to { true },
                "while others wait some of the time" to { turns.incrementAndGet() % 100 < 50 },
            )

        for ((title, crowded) in crowds) {
            test("every caller resumes with its own result, however many resume at once: $title") {
                for (callers in listOf(1, 2, 10, 1_000)) {
                    val returns = ResumeDispatcher(crowded)
                    withTimeout(120.seconds) {
                        withContext(Dispatchers.Default) {
                            repeat(callers) { id ->
                                launch { repeat(TRIPS / callers) { returns.trip(id + it) shouldBe id + it } }
                            }
                        }
                    }
                }
            }

            test("resumed callers do not wait for each other, although they block their threads: $title") {
                repeat(MEETINGS) {
                    val returns = ResumeDispatcher(crowded)
                    val both = CyclicBarrier(2)
                    withTimeout(30.seconds) {
                        coroutineScope {
                            List(2) {
                                    async(Dispatchers.Default) {
                                        returns.trip(it)
                                        both.await(20, SECONDS)
                                    }
                                }
                                .awaitAll()
                        }
                    }
                }
            }
        }

        test("a caller resumes on its own dispatcher, with its thread-context elements") {
            val returns = ResumeDispatcher { false }
            val bound = ThreadLocal<String>()
            withContext(Dispatchers.Default + bound.asContextElement("here")) {
                returns.trip(1)
                bound.get() shouldBe "here"
                Thread.currentThread().name shouldStartWith "DefaultDispatcher"
            }
            Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { alone ->
                withContext(alone + bound.asContextElement("there")) {
                    val thread = Thread.currentThread()
                    returns.trip(1)
                    Thread.currentThread() shouldBe thread
                    bound.get() shouldBe "there"
                }
            }
            bound.get() shouldNotBe "here"
        }
    })
