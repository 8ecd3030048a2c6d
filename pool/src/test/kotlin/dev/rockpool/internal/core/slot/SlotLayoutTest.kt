package dev.rockpool.internal.core.slot

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import java.lang.reflect.Field
import java.lang.reflect.Modifier
import sun.misc.Unsafe

/** The bytes of a cache line. */
private const val LINE = 64L

class SlotLayoutTest :
    FunSpec({
        test("a slot's word shares no cache line with what lies before or after the slot") {
            val unsafe =
                Unsafe::class.java.getDeclaredField("theUnsafe").apply { isAccessible = true }.get(null) as Unsafe
            @Suppress("DEPRECATION") // for hidden classes and records only
            fun offsetOf(field: Field) = unsafe.objectFieldOffset(field)
            val word = offsetOf(SlotWord::class.java.getDeclaredField("word"))
            val last =
                generateSequence<Class<*>>(Slot::class.java) { it.superclass }
                    .flatMap { it.declaredFields.asSequence() }
                    .filterNot { Modifier.isStatic(it.modifiers) }
                    .maxOf(::offsetOf)
            word shouldBeGreaterThanOrEqual LINE
            last - word shouldBeGreaterThanOrEqual LINE
        }
    })
