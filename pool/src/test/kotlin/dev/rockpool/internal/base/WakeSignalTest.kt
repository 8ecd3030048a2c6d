package dev.rockpool.internal.base

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

class WakeSignalTest :
    FunSpec({
        test("signals before the receiver looks are one") {
            val signal = WakeSignal()
            repeat(3) { signal.raise() }
            signal.await()
            withTimeoutOrNull(1.microseconds) { signal.await() } shouldBe null
        }

        test("a signal resumes the receiver that waits") {
            val signal = WakeSignal()
            val waiting = async(start = CoroutineStart.UNDISPATCHED) { signal.await() }
            waiting.isActive shouldBe true
            signal.raise()
            waiting.await()
        }

        test("a receiver that is cancelled leaves the signal for the next one") {
            val signal = WakeSignal()
            val waiting = launch(start = CoroutineStart.UNDISPATCHED) { signal.await() }
            signal.raise()
            waiting.cancelAndJoin() // resumed, but cancelled before it could run
            withTimeout(10.seconds) { signal.await() }
        }

        test("a receiver that is cancelled before it waits leaves nothing behind") {
            val signal = WakeSignal()
            // On a thread of its own: what it left behind made the next receiver spin for ever.
            val waits =
                thread(isDaemon = true) {
                    runBlocking {
                        launch {
                                cancel()
                                shouldThrow<CancellationException> { signal.await() }
                            }
                            .join()
                        val next = launch(start = CoroutineStart.UNDISPATCHED) { signal.await() }
                        signal.raise()
                        next.join()
                    }
                }
            waits.join(10_000)
            waits.isAlive shouldBe false
        }

        test("no signal is lost to a timeout of the receiver") {
            val signal = WakeSignal()
            val sent = AtomicInteger()
            val rounds = 20_000
            val sender = thread {
                repeat(rounds) {
                    sent.incrementAndGet()
                    signal.raise()
                    if (it % 3 == 0) Thread.yield()
                }
            }
            withContext(Dispatchers.Default) {
                withTimeout(50.seconds) {
                    var seen = 0
                    while (seen < rounds) {
                        if (withTimeoutOrNull(50.microseconds) { signal.await() } != null) seen = sent.get()
                    }
                }
            }
            sender.join()
        }
    })
