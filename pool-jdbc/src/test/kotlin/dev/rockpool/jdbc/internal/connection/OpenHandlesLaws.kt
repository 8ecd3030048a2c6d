package dev.rockpool.jdbc.internal.connection

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CyclicBarrier
import kotlin.concurrent.thread
import kotlin.random.Random

private val IS_PROOF = System.getProperty("rockpool.proof").toBoolean()
private val RACES = if (IS_PROOF) 300 else 100

private class Opened(val name: Int) : Handle(null) {
    override fun closeDriver() = Unit

    override fun toString() = "$name"
}

/** How many handles the stack keeps from the garbage collector. */
private fun OpenHandles.kept(youngest: Handle): Int = generateSequence(youngest) { it.older }.count()

private fun seeded(test: (Random) -> Unit) {
    val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong()
    withClue("rerun with -Drockpool.seed=$seed") { test(Random(seed)) }
}

/** The stack of a connection's open statements, compared with a plain list, and with several threads at once. */
class OpenHandlesLaws :
    FunSpec({
        test("handles opened and closed in any order are listed while open, the youngest first") {
            seeded { random ->
                repeat(200) {
                    val handles = OpenHandles()
                    val model = ArrayDeque<Opened>()
                    val mostOpen = random.nextInt(1, 100)
                    repeat(random.nextInt(2_000)) { step ->
                        when {
                            random.nextInt(500) == 0 -> handles.take() shouldBe model.removeFirstOrNull()
                            model.size < mostOpen && random.nextBoolean() ->
                                Opened(step).let {
                                    handles.add(it)
                                    model.addFirst(it)
                                }
                            model.isNotEmpty() -> model.removeAt(random.nextInt(model.size)).takeOut() shouldBe true
                        }
                        handles.isEmpty shouldBe model.isEmpty()
                    }
                    handles.all() shouldContainExactly model
                }
            }
        }

        test("closed handles are not kept: at most about twice as many as are open, in any order of closing") {
            val orders: Map<String, (ArrayDeque<Opened>) -> Opened> =
                mapOf(
                    "the youngest" to { it.removeFirst() },
                    "the second" to { it.removeAt(1) },
                    "the oldest" to { it.removeLast() },
                    "any" to { it.removeAt(Random(7).nextInt(it.size)) },
                )
            for ((order, next) in orders) for (open in listOf(1, 2, 10, 1_000)) withClue("$order of $open") {
                val handles = OpenHandles()
                val model = ArrayDeque<Opened>()
                repeat(20_000) {
                    val opened = Opened(it)
                    handles.add(opened)
                    model.addFirst(opened)
                    if (model.size > open) next(model).takeOut()
                    handles.kept(opened) shouldBeLessThanOrEqualTo 2 * (open + 1) + 64
                }
            }
        }

        test(
            "several threads open and close while another one ends the lease: each handle is closed by exactly one of them"
        ) {
            seeded { random ->
                repeat(RACES) {
                    val handles = OpenHandles()
                    val closed = ConcurrentLinkedQueue<Opened>()
                    val opened = ConcurrentLinkedQueue<Opened>()
                    val start = CyclicBarrier(4)
                    val threads =
                        List(3) { number ->
                            val own = Random(random.nextLong())
                            thread {
                                val mine = ArrayDeque<Opened>()
                                start.await()
                                repeat(100) { step ->
                                    val handle = Opened(number * 1_000 + step)
                                    opened += handle
                                    handles.add(handle)
                                    mine += handle
                                    if (own.nextBoolean()) {
                                        val done = mine.removeAt(own.nextInt(mine.size))
                                        if (done.takeOut()) closed += done
                                    }
                                }
                            }
                        }
                    start.await()
                    repeat(50) { handles.take()?.let { closed += it as Opened } }
                    threads.forEach { it.join() }
                    generateSequence { handles.take() }.forEach { closed += it as Opened }
                    handles.isEmpty shouldBe true
                    closed shouldContainExactlyInAnyOrder opened
                }
            }
        }
    })
