package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.SQLException

class AbortLeasesLaws :
    FunSpec({
        test("when leases are aborted, their connections are cut off before that returns") {
            withFake { database, pool ->
                val lease = pool.connection
                pool.abortLeases("it is not the primary any more").join()
                database.log().any { it.startsWith("connection.abort") } shouldBe true
                lease.isClosed shouldBe true
                shouldThrow<SQLException> { lease.touch() }.message.orEmpty() shouldContain "not the primary any more"
            }
        }
    })
