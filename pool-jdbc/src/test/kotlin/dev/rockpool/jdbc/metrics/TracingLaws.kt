package dev.rockpool.jdbc.metrics

import dev.rockpool.Caller
import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.blocking.BlockingPool
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.micrometer.observation.Observation
import io.micrometer.observation.ObservationHandler
import io.micrometer.observation.ObservationRegistry
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.StatusCode
import io.opentelemetry.context.Context
import io.opentelemetry.context.Scope
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

private object Lines : ConnectionFactory<Any> {
    override suspend fun open() = Any()

    override suspend fun close(connection: Any) = Unit
}

/** How a caller of a full pool ends its wait. */
private enum class Ending(val outcome: String) {
    SERVED("SERVED"),
    TIMED_OUT("TIMED_OUT"),
    CANCELLED("CANCELLED"),
}

/** Makes a context current on whatever thread runs the coroutine, as the extension of OpenTelemetry does. */
private class Current(private val of: Context) : ThreadContextElement<Scope> {
    override val key: CoroutineContext.Key<*> = Key

    override fun updateThreadContext(context: CoroutineContext): Scope = of.makeCurrent()

    override fun restoreThreadContext(context: CoroutineContext, oldState: Scope) = oldState.close()

    companion object Key : CoroutineContext.Key<Current>
}

/** A pool with one connection, which is leased, and a caller that waits. */
private class Crowded {
    private val lines = Pool("lines", Lines) { maxSize = 1 }
    val pool: BlockingPool<Any> = BlockingPool.of(lines)
    private val hog = pool.acquire()

    fun awaitPending() {
        while (pool.snapshot().pending == 0) Thread.onSpinWait()
    }

    /** Runs a waiting thread to its end. [inside] is its context, and is run before and after the wait. */
    fun thread(ending: Ending, inside: (() -> Unit) -> Unit) {
        val result = CompletableFuture<Unit>()
        val caller = thread {
            val ended = runCatching { inside { runCatching { pool.acquire(patience(ending)).close() } } }
            ended.fold(result::complete, result::completeExceptionally)
        }
        end(ending) { caller.interrupt() }
        result.get()
        caller.join()
    }

    fun future(ending: Ending, inside: (() -> Unit) -> Unit) {
        var waiting: CompletableFuture<*>? = null
        inside { waiting = pool.acquireAsync(patience(ending)).thenAccept { it.close() } }
        if (ending == Ending.CANCELLED) {
            val direct = CompletableFuture<Unit>()
            inside {
                pool
                    .acquireAsync(Duration.ofSeconds(30))
                    .also { it.cancel(true) }
                    .whenComplete { _, _ -> direct.complete(Unit) }
            }
            direct.get()
            hog.close()
        } else {
            end(ending) {}
        }
        runCatching { waiting!!.get() }
    }

    fun coroutine(ending: Ending, context: CoroutineContext, check: () -> Unit) {
        val threads = Executors.newFixedThreadPool(2).asCoroutineDispatcher()
        threads.use {
            runBlocking(threads + context) {
                val caller = launch {
                    check()
                    runCatching { lines.acquire(if (ending == Ending.TIMED_OUT) 5.milliseconds else null).release() }
                    check()
                }
                end(ending) { runBlocking { caller.cancelAndJoin() } }
                caller.join()
                check()
            }
        }
    }

    private fun patience(ending: Ending) =
        if (ending == Ending.TIMED_OUT) Duration.ofMillis(5) else Duration.ofSeconds(30)

    private fun end(ending: Ending, cancel: () -> Unit) {
        if (ending == Ending.TIMED_OUT) while (pool.snapshot().timedOut == 0L) Thread.onSpinWait() else awaitPending()
        if (ending == Ending.CANCELLED) {
            cancel()
            while (pool.snapshot().pending > 0) Thread.onSpinWait() // or the connection below would serve it
        }
        hog.close()
    }

    fun close() = pool.close()
}

private class Spans {
    private val exporter = InMemorySpanExporter.create()
    private val provider = SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build()
    val tracer = provider.get("test")

    fun ended(): List<SpanData> = exporter.finishedSpanItems
}

/** What a trace shows of waits, and that the caller's context stays as it is. */
class TracingLaws :
    FunSpec({
        fun inside(parent: Context, act: () -> Unit) {
            parent.makeCurrent().use {
                act()
                Context.current() shouldBeSameInstanceAs parent
            }
            Context.current() shouldBeSameInstanceAs Context.root()
        }

        for (ending in Ending.values()) for (kind in listOf("thread", "future", "coroutine")) test(
            "134: the context of a $kind whose wait ends $ending stays as it was, and its span has the parent of the begin"
        ) {
            val spans = Spans()
            val crowded = Crowded()
            crowded.pool.control().addTracer(RockpoolSpans(spans.tracer))
            val request = spans.tracer.spanBuilder("request").startSpan()
            val parent = Context.root().with(request)
            when (kind) {
                "thread" -> crowded.thread(ending) { inside(parent, it) }
                "future" -> crowded.future(ending) { inside(parent, it) }
                else -> crowded.coroutine(ending, Current(parent)) { Context.current() shouldBeSameInstanceAs parent }
            }
            crowded.close()
            Span.current() shouldBe Span.getInvalid()
            val span = spans.ended().first { it.attributes.asMap().any { one -> one.value == ending.outcome } }
            span.name shouldBe "acquire lines"
            span.parentSpanId shouldBe request.spanContext.spanId
            span.status.statusCode shouldBe if (ending == Ending.TIMED_OUT) StatusCode.ERROR else StatusCode.UNSET
            withClue("no other span than those of the waits") {
                spans.ended().map { it.name }.toSet() shouldBe setOf("acquire lines")
            }
        }

        for (ending in Ending.values()) test(
            "134: an observation of a wait that ends $ending has the parent of its begin and opens no scope"
        ) {
            val seen = ConcurrentLinkedQueue<Observation.Context>()
            val registry = ObservationRegistry.create()
            registry
                .observationConfig()
                .observationHandler(
                    object : ObservationHandler<Observation.Context> {
                        override fun supportsContext(context: Observation.Context) = true

                        override fun onScopeOpened(context: Observation.Context) {
                            check(context.name == "request") { "a scope was opened for ${context.name}" }
                        }

                        override fun onStop(context: Observation.Context) {
                            seen += context
                        }
                    }
                )
            val crowded = Crowded()
            crowded.pool.control().addTracer(RockpoolObservations(registry))
            val request = Observation.start("request", registry)
            crowded.thread(ending) { act ->
                request.openScope().use {
                    Caller.named("checkout") { act() }
                    registry.currentObservation shouldBeSameInstanceAs request
                }
                registry.currentObservation.shouldBeNull()
            }
            crowded.close()
            seen.single().run {
                contextualName shouldBe "acquire lines"
                parentObservation shouldBeSameInstanceAs request
                lowCardinalityKeyValues.map { "${it.key}=${it.value}" } shouldContainExactly
                    listOf("outcome=${ending.outcome}", "pool=lines", "priority=NORMAL")
                highCardinalityKeyValues.first { it.key == "caller" }.value shouldBe "checkout"
                (error == null) shouldBe (ending != Ending.TIMED_OUT)
            }
        }

        test("134: without a tracer, and when it has left, there is no span") {
            val spans = Spans()
            val crowded = Crowded()
            crowded.pool.control().addTracer(RockpoolSpans(spans.tracer)).close()
            crowded.thread(Ending.SERVED) { it() }
            crowded.close()
            spans.ended().shouldBeEmpty()
        }
    })
