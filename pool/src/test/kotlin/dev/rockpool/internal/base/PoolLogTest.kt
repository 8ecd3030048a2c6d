package dev.rockpool.internal.base

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.slf4j.LoggerFactory

/** A logger that SLF4J hands out while another thread initializes it may stay silent for ever. */
class PoolLogTest :
    FunSpec({
        test("a logger from the time when SLF4J was being initialized is not kept") {
            val slf4j = field(LoggerFactory::class.java, "INITIALIZATION_STATE")
            LoggerFactory.getILoggerFactory()
            val initialized = slf4j.getInt(null)
            field(PoolLog::class.java, "logger").set(null, null)
            slf4j.setInt(null, ONGOING)
            try {
                PoolLog.isOn(Severity.ERROR) shouldBe false
            } finally {
                slf4j.setInt(null, initialized)
            }
            PoolLog.isOn(Severity.ERROR) shouldBe true
        }
    })

/** The value of `LoggerFactory.ONGOING_INITIALIZATION`. */
private const val ONGOING = 1

private fun field(type: Class<*>, name: String) = type.getDeclaredField(name).apply { isAccessible = true }
