package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException

/** What the simulation found, as short as it can be told. */
class FoundBySimulationLaws :
    FunSpec({
        test("a reset that fails in the background closes its connection, and is nobody's uncaught exception") {
            for (failure in listOf(IOException("reset"), NoClassDefFoundError("reset"))) {
                poolTest {
                    val lease = pool.acquire()
                    lease.connection.isDirty = true
                    factory.resets.next(Step.Fail(failure))
                    lease.close()
                    runCurrent()
                    pool.snapshot().total shouldBe 0
                }
            }
        }
    })
