package dev.rockpool.examples.bench.cases

import dev.rockpool.examples.bench.Effort
import java.util.concurrent.atomic.LongAdder
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

private const val MILLIS = 1e3
private const val NANOS = 1e9

/** The rates, per second, at which [count] coroutines make this call again and again, one rate per window. */
internal fun ratesOf(
    count: Int,
    dispatcher: CoroutineDispatcher,
    effort: Effort,
    call: suspend () -> Unit,
): List<Double> = runBlocking {
    val calls = LongAdder()
    val callers =
        launch(dispatcher) {
            repeat(count) {
                launch {
                    while (isActive) {
                        call()
                        calls.increment()
                    }
                }
            }
        }
    WarmUp(effort).await()
    val rates =
        List(effort.windows()) {
            val before = calls.sum()
            val start = System.nanoTime()
            delay((effort.windowSeconds() * MILLIS).toLong())
            (calls.sum() - before) * NANOS / (System.nanoTime() - start)
        }
    callers.cancelAndJoin()
    rates
}
