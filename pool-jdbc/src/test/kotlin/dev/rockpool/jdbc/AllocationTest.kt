package dev.rockpool.jdbc

import com.sun.management.ThreadMXBean
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import java.lang.management.ManagementFactory

class AllocationTest :
    FunSpec({
        test("a borrow and return allocates at most 64 bytes") {
            withFake { _, pool ->
                val bean = ManagementFactory.getThreadMXBean() as ThreadMXBean
                fun perCycle(cycles: Int): Long {
                    val before = bean.currentThreadAllocatedBytes
                    repeat(cycles) { pool.connection.close() }
                    return (bean.currentThreadAllocatedBytes - before) / cycles
                }
                perCycle(20_000)
                perCycle(20_000) shouldBeLessThanOrEqual 64
            }
        }
    })
