package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** Blocks on virtual threads, on JDKs that have them. */
class VirtualDispatcherLaws :
    FunSpec({
        val virtual = Runtime.version().feature() >= 21

        test("virtual threads are rejected with one sentence on JDKs without them").config(enabled = !virtual) {
            val database = FakeDatabase()
            shouldThrow<InvalidConfigException> { fakePool(database) { virtualThreads = true } }.message shouldContain
                "virtualThreads is true but must be false on Java ${System.getProperty("java.version")}"
        }

        test("a thousand coroutines run their blocks on virtual threads, ten at a time").config(enabled = virtual) {
            val pool =
                postgresPool("virtual") {
                    maxSize = 10
                    virtualThreads = true
                }
            val inside = AtomicInteger()
            val most = AtomicInteger()
            val onVirtual = AtomicInteger()
            val isVirtual = Thread::class.java.getMethod("isVirtual")
            coroutineScope {
                repeat(1_000) {
                    launch {
                        pool.withConnection { c ->
                            most.accumulateAndGet(inside.incrementAndGet(), ::maxOf)
                            if (isVirtual.invoke(Thread.currentThread()) as Boolean) onVirtual.incrementAndGet()
                            yield()
                            c.ask("select 1") shouldBe "1"
                            inside.decrementAndGet()
                        }
                    }
                }
            }
            onVirtual.get() shouldBe 1_000
            check(most.get() in 1..10) { most }
            pool.close()
        }
    })
