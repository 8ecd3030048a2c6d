package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** A block that runs in place shows no context element that its caller does not have, so a flow may emit from it. */
class FlowLaws :
    FunSpec({
        for (where in listOf("IO", "the pool's dispatcher")) {
            test("a flow emits from a block in place, on $where") {
                val database = FakeDatabase()
                fakePool(database).use { source ->
                    val pool = source.asJdbcPool()
                    val context = if (where == "IO") Dispatchers.IO else pool.dispatcher
                    val numbers = flow {
                        pool.withConnection {
                            emit(1)
                            yield()
                            coroutineScope { emit(2) }
                            emit(3)
                        }
                    }
                    withContext(context) { numbers.toList() } shouldBe listOf(1, 2, 3)
                    withContext(context) { numbers.take(1).toList() } shouldBe listOf(1)
                    source.snapshot().leased shouldBe 0
                }
            }
        }
    })
