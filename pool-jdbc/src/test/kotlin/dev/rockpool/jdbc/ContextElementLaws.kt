package dev.rockpool.jdbc

import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.withConnection
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield

/** Law 48: after a block, values that coroutines bind to threads are as before, on every dispatcher. */
class ContextElementLaws :
    FunSpec({
        test(
            "a coroutine's value is bound in its block and after it, and unbound when the coroutine leaves the thread"
        ) {
            withStage { stage ->
                for (place in stage.places) {
                    for (call in stage.calls) {
                        withClue("${call.name} on ${place.name}") {
                            withContext(place.dispatcher) {
                                repeat(TURNS) {
                                    stage.first.get() shouldBe null
                                    withContext(stage.first.asContextElement("$it")) {
                                        call.run { stage.first.get() shouldBe "$it" }
                                        stage.first.get() shouldBe "$it"
                                        call.run {
                                            delay(1)
                                            stage.first.get() shouldBe "$it"
                                        }
                                        stage.first.get() shouldBe "$it"
                                    }
                                    stage.first.get() shouldBe null
                                }
                            }
                        }
                    }
                }
            }
        }

        test("after any sequence of steps, the values of a coroutine's thread are those of its context") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong()
            withStage { stage ->
                withTimeout(120.seconds) {
                    for (place in stage.places) {
                        repeat(PROGRAMS) { number ->
                            withClue("program $number on ${place.name}; rerun with -Drockpool.seed=$seed") {
                                val program = Program(stage, place, Random(seed + number))
                                withContext(place.dispatcher) { program.run() }
                            }
                        }
                    }
                }
            }
        }

        test("the same while many coroutines wait for each other's connections") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong()
            withStage { stage ->
                withTimeout(120.seconds) {
                    repeat(PROGRAMS) { number ->
                        for (place in stage.threads) {
                            launch(place.dispatcher) {
                                withClue("program $number on ${place.name}; rerun with -Drockpool.seed=$seed") {
                                    Program(stage, place, Random(seed + number)).run()
                                }
                            }
                        }
                    }
                }
            }
        }
    }) {
    private companion object {
        val IS_PROOF = System.getProperty("rockpool.proof").toBoolean()
        val PROGRAMS = if (IS_PROOF) 60 else 12
        val TURNS = if (IS_PROOF) 20 else 4
    }
}

/**
 * @property sharesThreads whether its coroutines may continue inside the code that resumes them, with the values bound
 *   there, as in kotlinx.coroutines itself
 */
private class Place(val name: String, val dispatcher: CoroutineDispatcher, val sharesThreads: Boolean = false)

private class PoolCall(val name: String, val run: suspend (block: suspend () -> Unit) -> Unit)

/** Like `Dispatchers.Main.immediate`: one thread, without a dispatch for callers already on it. */
private class Immediate(private val executor: Executor) : CoroutineDispatcher() {
    @Volatile private var thread: Thread? = null

    override fun isDispatchNeeded(context: CoroutineContext): Boolean = Thread.currentThread() !== thread

    override fun dispatch(context: CoroutineContext, block: Runnable) =
        executor.execute {
            thread = Thread.currentThread()
            block.run()
        }
}

private suspend fun withStage(test: suspend CoroutineScope.(Stage) -> Unit) {
    val stage = Stage()
    try {
        coroutineScope { test(stage) }
    } finally {
        stage.close()
    }
}

/** Pools, dispatchers and values. Blocks inside blocks use other pools, so they never wait for themselves. */
private class Stage {
    val first = ThreadLocal<String?>()
    val second = ThreadLocal<String?>()
    private val pools =
        List(DEPTH) { depth ->
            JdbcPool("stage $depth") {
                url = "jdbc:h2:mem:stage$depth"
                maxSize = 2
                minIdle = 1
            }
        }
    private val objects = List(DEPTH) { Pool("objects $it", Objects()) { maxSize = 2 } }
    private val executors = List(2) { Executors.newSingleThreadExecutor { Thread(it).apply { isDaemon = true } } }

    val places: List<Place> =
        listOf(
            Place("Default", Dispatchers.Default),
            Place("IO", Dispatchers.IO),
            Place("the pool's dispatcher", pools[0].dispatcher),
            Place("a single thread", executors[0].asCoroutineDispatcher()),
            Place("a single thread, immediate", Immediate(executors[1]), sharesThreads = true),
            Place("Unconfined", Dispatchers.Unconfined, sharesThreads = true),
        ) + virtualThreads()

    /** Dispatchers whose coroutines share no thread with the code that resumes them. */
    val threads: List<Place> = places.filterNot { it.sharesThreads }

    val calls: List<PoolCall> = calls(depth = 0)

    fun calls(depth: Int): List<PoolCall> {
        val pool = pools[depth]
        val other = objects[depth]
        return listOf(
            PoolCall("withConnection") { block -> pool.withConnection { block() } },
            PoolCall("transaction") { block -> pool.transaction { block() } },
            PoolCall("transaction with a timeout") { block -> pool.transaction(timeout = 60.seconds) { block() } },
            PoolCall("savepoint") { block -> pool.transaction { savepoint { block() } } },
            PoolCall("withConnection of a generic pool") { block -> other.withConnection { block() } },
            PoolCall("acquire and use") { block -> other.acquire().use { block() } },
        )
    }

    private fun virtualThreads(): List<Place> {
        val create = runCatching { Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor") }.getOrNull()
        return listOfNotNull(
            create?.let { Place("virtual threads", (it.invoke(null) as Executor).asCoroutineDispatcher()) }
        )
    }

    suspend fun close() {
        pools.forEach { it.close() }
        objects.forEach { it.close() }
        executors.forEach { it.shutdown() }
    }

    private class Objects : ConnectionFactory<Any> {
        override suspend fun open(): Any = Any()

        override suspend fun close(connection: Any) = Unit

        override suspend fun probe(connection: Any): Boolean = true
    }

    companion object {
        const val DEPTH = 3
    }
}

/** A value that is copied for each coroutine, which makes kotlinx.coroutines build contexts differently. */
@OptIn(DelicateCoroutinesApi::class)
private class Copied(private val local: ThreadLocal<String?>, private val value: String) :
    CopyableThreadContextElement<String?>, CoroutineContext.Key<Copied> {
    override val key: CoroutineContext.Key<*>
        get() = KEY

    override fun updateThreadContext(context: CoroutineContext): String? = local.get().also { local.set(value) }

    override fun restoreThreadContext(context: CoroutineContext, oldState: String?) = local.set(oldState)

    override fun copyForChild() = Copied(local, value)

    override fun mergeForChild(overwritingElement: CoroutineContext.Element) = overwritingElement

    private companion object {
        val KEY = object : CoroutineContext.Key<Copied> {}
    }
}

/** A random coroutine that checks after every step that its thread has the values of its context. */
private class Program(private val stage: Stage, place: Place, private val random: Random) {
    private class Values(val first: String?, val second: String?)

    private val path = StringBuilder()

    /** Steps that even in kotlinx.coroutines let a coroutine see another one's values. */
    private val starts = !place.sharesThreads
    private var count = 0

    suspend fun run() = body(depth = 0, Values(null, null))

    private fun look(values: Values) {
        val there = stage.first.get() to stage.second.get()
        check(there == values.first to values.second) {
            "$there is bound, not ${values.first to values.second}, after $path"
        }
    }

    private suspend fun body(depth: Int, values: Values) {
        look(values)
        repeat(random.nextInt(1, 4)) {
            step(depth, values)
            look(values)
        }
    }

    private suspend fun step(depth: Int, values: Values) {
        when (if (depth >= Stage.DEPTH) 0 else random.nextInt(14)) {
            0,
            1,
            2 -> pause()
            3 -> bound(values, depth) { body(depth, it) }
            4 -> bound(values, depth) { call(depth) { body(depth + 1, it) } }
            5 -> named("scope") { coroutineScope { body(depth, values) } }
            6 -> if (starts) named("launch") { coroutineScope { launch(start = start()) { body(depth, values) } } }
            7 -> named("failing") { failing(depth, values) }
            8 -> named("timeout") { expiring(depth, values) }
            9 ->
                if (starts)
                    named("moved") { withContext(stage.threads.random(random).dispatcher) { body(depth, values) } }
            else -> call(depth) { body(depth + 1, values) }
        }
    }

    private suspend fun pause() {
        when (random.nextInt(3)) {
            0 -> named("yield") { yield() }
            1 -> named("delay") { delay(1) }
            else -> named("elsewhere") { suspendElsewhere() }
        }
    }

    private suspend fun call(depth: Int, block: suspend () -> Unit) {
        val call = stage.calls(depth).random(random)
        named(call.name) { call.run(block) }
    }

    private suspend fun bound(values: Values, depth: Int, block: suspend (Values) -> Unit) {
        val value = "v${count++}"
        named("bound at $depth") {
            when (random.nextInt(3)) {
                0 -> withContext(stage.first.asContextElement(value)) { block(Values(value, values.second)) }
                1 -> withContext(Copied(stage.second, value)) { block(Values(values.first, value)) }
                else ->
                    withContext(stage.first.asContextElement(value) + other()) { block(Values(value, values.second)) }
            }
        }
    }

    private fun other() = if (starts && random.nextBoolean()) Dispatchers.Default else EmptyCoroutineContext

    private fun start() = if (random.nextBoolean()) CoroutineStart.UNDISPATCHED else CoroutineStart.DEFAULT

    private suspend fun failing(depth: Int, values: Values) {
        try {
            call(depth) {
                body(depth + 1, values)
                throw Planned()
            }
        } catch (_: Planned) {}
    }

    private suspend fun expiring(depth: Int, values: Values) {
        withTimeoutOrNull(random.nextInt(3).milliseconds) {
            call(depth) {
                body(depth + 1, values)
                delay(random.nextLong(3))
            }
        }
    }

    private suspend fun suspendElsewhere() = suspendCancellableCoroutine { caller ->
        Dispatchers.IO.dispatch(EmptyCoroutineContext) { caller.resume(Unit) }
    }

    private suspend inline fun named(name: String, step: () -> Unit) {
        path.append(' ').append(name)
        step()
    }

    private class Planned : RuntimeException()
}
