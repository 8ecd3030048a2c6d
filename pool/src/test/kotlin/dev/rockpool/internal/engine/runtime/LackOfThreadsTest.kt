package dev.rockpool.internal.engine.runtime

import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.EmptyCoroutineContext

class LackOfThreadsTest :
    FunSpec({
        fun handle(error: Throwable) = BoundedCalls.WITHOUT_THREADS.handleException(EmptyCoroutineContext, error)

        test("a refused task is ignored, however deep it is among the causes") {
            shouldNotThrowAny {
                handle(RejectedExecutionException("planted"))
                handle(RuntimeException(IllegalStateException(RejectedExecutionException("planted"))))
                handle(RuntimeException(OutOfMemoryError("planted")))
            }
        }

        test("any other error is passed on") {
            shouldThrow<IllegalStateException> { handle(IllegalStateException(RuntimeException("planted"))) }
        }
    })
