package dev.rockpool

import dev.rockpool.internal.share.CarrierLease
import dev.rockpool.internal.share.Carriers
import dev.rockpool.internal.share.Opening
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlinx.coroutines.launch

/** What happens to a stream between the moment it gets a place on a connection and the moment it can be lent. */
class SharedArrivalLaws :
    FunSpec({
        test("157: the place of a stream whose open is cancelled just after it got the place goes to the next one") {
            val ended = mutableListOf<String>()
            val carriers = Carriers<String>(1)
            val first = Opening<String>()
            val second = Opening<String>()
            carriers.open(first).leases() shouldBe 1
            carriers.leased("carrier", Lent(ended), 1).complete()
            first.join() shouldBe "carrier"
            carriers.open(second)
            carriers.leave(first).complete()
            second.getNow(null) shouldBe "carrier"
            carriers.leave(second).giveBack()
            ended shouldContainExactly listOf("released")
            carriers.all().shouldBeEmpty()
        }

        test("160: a stream that arrives at a connection which takes no more streams is not kept") {
            manyPools {
                lateinit var shared: Shared
                var asked = 0
                shared =
                    Shared(
                        this,
                        streams = 3,
                        streamsOf = {
                            // The stream has its place after this, and arrives after the base wants the connection
                            // back.
                            if (asked++ == 0)
                                launch {
                                    shared.base.control.evictAll()
                                    shared.pool.streamsChanged(it)
                                }
                            3
                        },
                    )
                shared.pool.withConnection {}
                pass(Duration.ZERO)
                shared.pool.withConnection { it.number } shouldBe 2
                shared.end()
            }
        }
    })

private class Lent(private val ended: MutableList<String>) : CarrierLease {
    override fun isHeld() = true

    override fun isRetired() = false

    override fun release() {
        ended += "released"
    }

    override fun evict(reason: String) {
        ended += reason
    }
}
