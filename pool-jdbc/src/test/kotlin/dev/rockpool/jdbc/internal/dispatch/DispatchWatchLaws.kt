package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.Priority
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.fakePool
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job

/** How a waiting caller is notified of its cancellation. */
class DispatchWatchLaws :
    FunSpec({
        test("a caller whose wait cannot be watched fails at once, and its job can end") {
            val planned = OutOfMemoryError("planned")
            fakePool(FakeDatabase()).use { pool ->
                @Suppress("UNCHECKED_CAST")
                val engine = (pool.unwrap(EnginePool::class.java) as EnginePool<PhysicalConnection>).engine
                val blocks =
                    DispatchedBlocks(
                        engine,
                        CancellationWatcher(engine, Dispatchers.IO) { 1.seconds },
                        Dispatchers.IO,
                    ) { _, _ ->
                        throw planned
                    }
                pool.connection.use {
                    coroutineScope {
                        shouldThrow<OutOfMemoryError> {
                            blocks.run(10.seconds, Priority.NORMAL) {}
                        } shouldBeSameInstanceAs planned
                        coroutineContext.job.children.toList().shouldBeEmpty()
                    }
                    pool.snapshot().pending shouldBe 0
                }
            }
        }
    })
