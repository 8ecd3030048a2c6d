package dev.rockpool.internal.core.slot

import dev.rockpool.CloseReason
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread

/** Every verb in every phase: each is allowed only in the phases that it names. */
class SlotTest :
    FunSpec({
        fun slotIn(phase: Phase): Slot<String> {
            val slot = Slot<String>(0)
            if (phase == Phase.VACANT) return slot
            slot.reserve(0)
            if (phase == Phase.OPENING) return slot
            slot.opened("c", 1, 0, Long.MAX_VALUE)
            when (phase) {
                Phase.LEASED -> slot.lend()
                Phase.PROBING -> slot.startProbe(0)
                Phase.CLOSING -> slot.startClose(CloseReason.EVICTED, "test")
                else -> Unit
            }
            return slot
        }

        val verbs: Map<String, Pair<Set<Phase>, (Slot<String>) -> Boolean>> =
            mapOf(
                "reserve" to (setOf(Phase.VACANT) to { it.reserve(0) }),
                "lend" to (setOf(Phase.IDLE) to { it.lend() }),
                "lendEvenIfStale" to (setOf(Phase.IDLE) to { it.lendEvenIfStale() }),
                "startProbe" to (setOf(Phase.IDLE) to { it.startProbe(0) }),
                "startPeek" to (setOf(Phase.IDLE) to { it.keep() && it.startPeek(0) }),
                "peekSucceeded" to (setOf(Phase.PROBING) to { it.peekSucceeded() }),
                "keep" to (setOf(Phase.IDLE) to { it.keep() }),
                "startClose" to (setOf(Phase.IDLE) to { it.startClose(CloseReason.EVICTED, "test") }),
                "markStale" to (setOf(Phase.IDLE) to { it.markStale() }),
                "probeSucceeded" to (setOf(Phase.PROBING) to { it.probeSucceeded(0, 0) }),
                "probeSkipped" to (setOf(Phase.PROBING) to { it.probeSkipped() }),
                "seize" to (setOf(Phase.LEASED) to { it.seize(CloseReason.EVICTED, "test") }),
                "discard" to
                    (setOf(Phase.LEASED) to
                        { s ->
                            s.phase() == Phase.LEASED && s.discard(s.ticket(), CloseReason.EVICTED, "test")
                        }),
                "release" to (setOf(Phase.LEASED) to { s -> s.phase() == Phase.LEASED && s.release(s.ticket()) }),
                "seizeProbe" to (setOf(Phase.PROBING) to { it.seizeProbe(CloseReason.EVICTED, "test") }),
                "abandon" to
                    (setOf(Phase.IDLE, Phase.LEASED, Phase.PROBING, Phase.CLOSING) to { it.abandon() != null }),
                "retire" to
                    (setOf(Phase.OPENING, Phase.IDLE, Phase.LEASED, Phase.PROBING) to
                        {
                            it.retire(CloseReason.EVICTED)
                        }),
            )

        for ((name, law) in verbs) {
            test("'$name' works in ${law.first}, and changes nothing in other phases") {
                for (phase in Phase.entries) {
                    val slot = slotIn(phase)
                    law.second(slot) shouldBe (phase in law.first)
                    if (phase !in law.first) slot.phase() shouldBe phase
                }
            }
        }

        test("verbs of opener, prober and closer throw in a wrong phase, naming slot, verb and phase") {
            shouldThrow<IllegalStateException> { slotIn(Phase.IDLE).opened("c", 1, 0, 0) }.message shouldBe
                "slot 0: 'opened' is illegal in phase IDLE"
            shouldThrow<IllegalStateException> { slotIn(Phase.LEASED).openFailed() }
            shouldThrow<IllegalStateException> { slotIn(Phase.LEASED).closed() }
        }

        test("the connection of a lease is that of its ticket only, not the next one of the slot") {
            val slot = slotIn(Phase.LEASED)
            val ticket = slot.ticket()
            slot.connectionOf(ticket) shouldBe "c"
            slot.seize(CloseReason.EVICTED, "test")
            slot.connectionOf(ticket) shouldBe null
            slot.closed()
            slot.reserve(0)
            slot.opened("d", 2, 0, Long.MAX_VALUE)
            slot.lend()
            slot.connectionOf(ticket) shouldBe null
            slot.connectionOf(slot.ticket()) shouldBe "d"
        }

        test("a slot's lease count covers all of its connections") {
            val slot = slotIn(Phase.IDLE)
            repeat(3) {
                slot.lend()
                slot.release(slot.ticket())
            }
            slot.startClose(CloseReason.EVICTED, "test")
            slot.closed()
            slot.reserve(0)
            slot.opened("d", 2, 0, Long.MAX_VALUE)
            slot.lend()
            slot.leases() shouldBe 4
        }

        test("a connect can fail at the moment when its slot is retired") {
            val slot = slotIn(Phase.VACANT)
            val ends = AtomicBoolean()
            val retiring = thread { while (!ends.get()) slot.retire(CloseReason.EVICTED) }
            try {
                repeat(200_000) {
                    slot.reserve(0) shouldBe true
                    slot.openFailed()
                }
            } finally {
                ends.set(true)
                retiring.join()
            }
        }
    })
