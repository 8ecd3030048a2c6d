package dev.rockpool.monitor

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import kotlin.random.Random

private val proof = System.getProperty("rockpool.proof") == "true"
private val start: Instant = Instant.parse("2030-01-01T00:00:00Z")

private fun seconds(count: Long): Duration = Duration.ofSeconds(count)

private class Look(val at: Long, val value: Double)

/** Says from the whole past, at each look anew, whether a rule fires or resolves. */
private fun changesOf(rule: AlertRule, looks: List<Look>): List<RuleState.Change> {
    var firing = false
    var begin = 0
    return looks.indices.map { i ->
        fun here(look: Look) =
            look.value.isNaN() || if (firing) look.value <= rule.clearsBelow else look.value > rule.above
        var first = i
        while (first > begin && here(looks[first - 1])) first--
        val known = (first + 1..i).filter { !looks[it].value.isNaN() && !looks[it - 1].value.isNaN() }
        val lasted = known.sumOf { looks[it].at - looks[it - 1].at }
        val wanted = (if (firing) rule.clearsAfter else rule.holds).toNanos()
        if (looks[i].value.isNaN() || !here(looks[i]) || lasted < wanted) return@map RuleState.Change.NOTHING
        firing = !firing
        begin = i + 1
        if (firing) RuleState.Change.FIRES else RuleState.Change.RESOLVES
    }
}

/** A figure that swings around a threshold of 0.8, with gaps in which it is unknown. */
private fun walk(random: Random): List<Look> {
    var at = 0L
    var value = random.nextDouble()
    val unknown = random.nextDouble(0.3)
    return List(200) {
        at += random.nextLong(1, 20) * 1_000_000_000
        value = (value + random.nextDouble(-0.15, 0.15)).coerceIn(0.6, 1.0)
        Look(at, if (random.nextDouble() < unknown) Double.NaN else value)
    }
}

private fun rule(name: String = "busy", level: AlertLevel = AlertLevel.WARNING, above: Double = 0.8) =
    AlertRule(name, level, Figure.UTILIZATION, above)

/** Alerts of some rules, with a figure and a clock that the test moves. */
private class Watched(vararg rules: AlertRule) {
    var now = 0L
    val told = ArrayList<String>()
    val alerts =
        Alerts("orders", rules.toList(), seconds(60), { start.plusSeconds(now) }) { notices ->
            notices.forEach { told += it.words() }
        }

    private fun Alerts.Notice.words() = "${kind()} ${alert().id} ${alert().rule.level}"

    fun look(value: Double, times: Int = 1) =
        repeat(times) {
            now += 10
            alerts.look(seconds(now).toNanos(), start.plusSeconds(now)) { value }.forEach { told += it.words() }
        }

    fun said(): List<String> = told.toList().also { told.clear() }
}

/** The states of alerts, without a pool. */
class AlertLaws :
    FunSpec({
        test("126: a figure that swings across a threshold makes one notice within its times") {
            for (seed in 1L..(if (proof) 100_000L else 500L)) {
                val random = Random(seed)
                val rule =
                    rule()
                        .clearsBelow(random.nextDouble(0.65, 0.8))
                        .holds(seconds(random.nextLong(60)))
                        .clearsAfter(seconds(random.nextLong(90)))
                val looks = walk(random)
                val state = RuleState(rule)
                val changes = looks.map { state.look(it.at, it.value) }
                withClue("seed $seed, $rule") {
                    changes shouldBe changesOf(rule, looks)
                    val notices = changes.indices.filter { changes[it] != RuleState.Change.NOTHING }
                    notices.zipWithNext { one, next ->
                        (changes[one] == changes[next]) shouldBe false
                        val wanted = if (changes[next] == RuleState.Change.FIRES) rule.holds else rule.clearsAfter
                        (looks[next].at - looks[one].at >= wanted.toNanos()) shouldBe true
                    }
                }
            }
        }

        test("126: a figure between the two thresholds changes nothing in either state") {
            val watched = Watched(rule().clearsBelow(0.7).holds(seconds(30)).clearsAfter(seconds(60)))
            watched.look(0.75, 100)
            watched.said().shouldBeEmpty()
            watched.look(0.9, 3)
            watched.alerts.rules.single().state shouldBe AlertState.PENDING
            watched.look(0.9)
            watched.said() shouldContainExactly listOf("TRIGGERED 1 WARNING")
            watched.alerts.acknowledge(1, "ann")
            repeat(50) {
                watched.look(0.75, 6)
                watched.look(0.9)
                watched.look(0.65, 6)
            }
            watched.said().shouldBeEmpty()
            watched.look(0.7, 7)
            watched.said() shouldContainExactly listOf("RESOLVED 1 WARNING")
            watched.alerts.rules.single().state shouldBe AlertState.OK
        }

        test("127: an acknowledgement silences neither another episode nor a higher level") {
            val warning = rule().clearsAfter(Duration.ZERO)
            val critical = rule(level = AlertLevel.CRITICAL, above = 0.95).clearsAfter(Duration.ZERO)
            val watched = Watched(warning, critical)
            watched.look(0.9)
            watched.said() shouldContainExactly listOf("TRIGGERED 1 WARNING")
            watched.look(0.9, 6)
            watched.said() shouldContainExactly listOf("REMINDED 1 WARNING")
            watched.alerts.acknowledge(1, "ann") shouldBe true
            watched.look(0.9, 60)
            watched.said().shouldBeEmpty()
            watched.look(0.97)
            watched.said() shouldContainExactly listOf("TRIGGERED 2 CRITICAL")
            watched.look(0.97, 6)
            watched.said() shouldContainExactly listOf("REMINDED 2 CRITICAL")
            watched.look(0.5)
            watched.said() shouldContainExactly listOf("RESOLVED 1 WARNING", "RESOLVED 2 CRITICAL")
            watched.alerts.acknowledge(1, "ann") shouldBe false
            watched.look(0.9)
            watched.look(0.9, 6)
            watched.said() shouldContainExactly listOf("TRIGGERED 3 WARNING", "REMINDED 3 WARNING")
            watched.alerts.log.map { "${it.id} ${it.acknowledgedBy}" } shouldContainExactly
                listOf("3 null", "2 null", "1 ann")
        }

        test("127: of random acknowledgements each ends the reminders of its own alert only") {
            for (seed in 1L..(if (proof) 10_000L else 100L)) {
                val random = Random(seed)
                val watched =
                    Watched(rule(), rule(level = AlertLevel.CRITICAL, above = 0.95), rule("other", above = 0.7))
                val acknowledged = HashSet<Long>()
                val toldAt = HashMap<Long, Long>()
                var value = 0.5
                repeat(300) {
                    value = (value + random.nextDouble(-0.2, 0.2)).coerceIn(0.4, 1.0)
                    val active = watched.alerts.active
                    if (active.isNotEmpty() && random.nextInt(6) == 0) {
                        val one = active.random(random)
                        watched.alerts.acknowledge(one.id, "ann") shouldBe true
                        acknowledged += one.id
                    }
                    watched.look(value)
                    withClue("seed $seed, step $it") {
                        watched.alerts.active.filter { it.acknowledgedBy != null }.map { it.id }.toSet() shouldBe
                            watched.alerts.active.map { it.id }.toSet().intersect(acknowledged)
                        for (said in watched.said()) {
                            val (what, id) = said.split(" ")
                            if (what != "RESOLVED") (id.toLong() in acknowledged) shouldBe false
                            toldAt[id.toLong()] = watched.now
                        }
                        for (alert in watched.alerts.active) if (alert.id !in acknowledged) {
                            (watched.now - toldAt.getValue(alert.id) < 60) shouldBe true
                        }
                    }
                }
            }
        }

        test("128: an unknown figure neither fires nor resolves an alert, nor does the time while it is unknown") {
            val watched = Watched(rule().holds(seconds(30)).clearsAfter(seconds(30)))
            watched.look(0.9)
            watched.look(Double.NaN, 100)
            watched.alerts.rules.single().state shouldBe AlertState.PENDING
            watched.look(0.9)
            watched.said().shouldBeEmpty()
            watched.look(0.9, 2)
            watched.said().shouldBeEmpty()
            watched.look(0.9)
            watched.said() shouldContainExactly listOf("TRIGGERED 1 WARNING")
            watched.alerts.acknowledge(1, "ann")
            watched.look(0.5)
            watched.look(Double.NaN, 100)
            watched.look(0.5, 3)
            watched.said().shouldBeEmpty()
            watched.look(0.5)
            watched.said() shouldContainExactly listOf("RESOLVED 1 WARNING")
        }

        test("an alert that is cleared by hand is over, and must hold anew to fire again") {
            val watched = Watched(rule().holds(seconds(30)))
            watched.look(0.9, 4)
            watched.alerts.clear(7, "ann") shouldBe false
            watched.alerts.clear(1, "ann") shouldBe true
            watched.said() shouldContainExactly listOf("TRIGGERED 1 WARNING", "RESOLVED 1 WARNING")
            watched.alerts.active.shouldBeEmpty()
            watched.alerts.log.single().clearedBy shouldBe "ann"
            watched.look(0.9, 3)
            watched.said().shouldBeEmpty()
            watched.look(0.9)
            watched.said() shouldContainExactly listOf("TRIGGERED 2 WARNING")
        }

        test("the log keeps the alerts that fire and the last 256 that are over") {
            val watched = Watched(rule().clearsAfter(Duration.ZERO))
            repeat(300) {
                watched.look(0.9)
                watched.look(0.1)
            }
            watched.look(0.9)
            watched.alerts.log.map { it.id } shouldBe (301L downTo 45L).toList()
        }

        test("a rule that is wrong is refused, by its name and with what is allowed") {
            fun message(block: () -> Unit) = shouldThrow<IllegalArgumentException>(block).message
            message { rule().clearsBelow(0.9) } shouldBe
                "alert 'busy': clearsBelow is 0.9 but must be at most above, which is 0.8"
            message { rule().holds(seconds(-1)) } shouldBe "alert 'busy': holds is PT-1S but must be zero or more"
            message { rule().window(Duration.ZERO) } shouldBe
                "alert 'busy': window is PT0S but must be longer than zero"
            message { rule().minAttempts(0) } shouldBe "alert 'busy': minAttempts is 0 but must be at least 1"
            message { rule(" ") } shouldBe "alert ' ': name is ' ' but must be not blank"
            message { rule(above = Double.NaN) } shouldBe "alert 'busy': above is NaN but must be finite"
        }
    })
