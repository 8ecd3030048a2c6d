package dev.rockpool.internal.core.queue

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Target 10, interval 100: a head is shed from a wait of 20 on, once every wait has exceeded 10 for 100. */
class CoDelTest :
    FunSpec({
        fun overload() = CoDel(OverloadSettings(10, 100))

        test("the head is shed when it has been above the target for the interval") {
            val overload = overload()
            overload.due(0) shouldBe 110
            overload.sheds(0, 109) shouldBe false
            overload.sheds(0, 110) shouldBe true
            overload.shed(0, 110).run { listOf(waited(), target(), overloadedFor()) } shouldBe listOf(110, 10, 100)
        }

        test("a younger head is shed from twice the target on, while the overload lasts") {
            val overload = overload()
            overload.sheds(0, 110) shouldBe true
            overload.due(100) shouldBe 120
            overload.sheds(100, 119) shouldBe false
            overload.sheds(100, 120) shouldBe true
        }

        test("a waiter served late prolongs the overload, and one served within the target ends it") {
            val overload = overload()
            overload.served(0, 15)
            for (time in 20L..110L step 10) overload.served(time - 11, time)
            overload.sheds(91, 111) shouldBe true
            overload.served(101, 111)
            overload.sheds(91, 112) shouldBe false
        }

        test("a wait of exactly the target is acceptable") {
            val overload = overload()
            overload.sheds(0, 110) shouldBe true
            overload.served(200, 210)
            overload.sheds(195, 216) shouldBe false
        }

        test("after a quiet interval an old overload is forgotten: the next burst is queued as usual") {
            val overload = overload()
            overload.sheds(0, 110) shouldBe true
            overload.due(1_000) shouldBe 1_110
            overload.sheds(1_000, 1_025) shouldBe false
        }

        test("waiters served late but rarely are overload too, because the head waited all the time") {
            val overload = overload()
            overload.served(0, 300)
            overload.served(10, 600)
            overload.sheds(20, 601) shouldBe true
        }
    })
