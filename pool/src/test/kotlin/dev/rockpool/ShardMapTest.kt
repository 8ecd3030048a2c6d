package dev.rockpool

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.UUID

/** Laws 93 to 96: buckets, maps and plans. */
class ShardMapTest :
    FunSpec({
        fun names(count: Int) = List(count) { "shard-$it" }

        test("93: the bucket of a key is the same in every JVM and release") {
            listOf(
                    "" to 0,
                    "123456789" to 643,
                    "customer-1" to 3089,
                    "Zürich" to 2296,
                    0L to 650,
                    42 to 1132,
                    -1L to 3015,
                    Long.MAX_VALUE to 3491,
                    UUID.fromString("123e4567-e89b-12d3-a456-426614174000") to 1089,
                    byteArrayOf(1, 2, 3) to 542,
                    listOf("tenant", 7) to 778,
                )
                .forEach { (key, bucket) -> ShardMap.bucketOf(key) shouldBe bucket }
        }

        test("93: the first map of some names is the same in every JVM and release") {
            val map = ShardMap.of("a", "b", "c")
            (0..19).joinToString("") { map.ownerOf(it) } shouldBe "cccbbcaaaccabaabbbcb"
            map shouldBe ShardMap.of("c", "a", "b")
            (4086..4095).joinToString("") { map.ownerOf(it) } shouldBe "abaaaaaaab"
        }

        test("93: an integer of any width is the same key, and a list of one part is that part") {
            ShardMap.bucketOf(5.toByte()) shouldBe ShardMap.bucketOf(5L)
            ShardMap.bucketOf(5.toShort()) shouldBe ShardMap.bucketOf(5)
            ShardMap.bucketOf(listOf("a")) shouldBe ShardMap.bucketOf("a")
        }

        test("93: a key of another type is refused, and the message has the types that are allowed") {
            for (key in listOf(1.5, 'a', emptyList<String>(), listOf("a", 1.5))) shouldThrow<IllegalArgumentException> {
                    ShardMap.bucketOf(key)
                }
                .message shouldContain
                "must be a String, an integer (Long, Integer, Short or Byte), a UUID, a byte[], or a List of them"
        }

        test("94: equal shards have the same number of buckets, and of many keys each is within 15 % of the mean") {
            for (shards in listOf(2, 3, 7, 16, 40)) {
                val map = ShardMap.of(names(shards))
                val counts = map.shards.map { map.bucketsOf(it).size }
                (counts.max() - counts.min()) shouldBeLessThanOrEqual 1
                val kinds =
                    listOf<(Int) -> Any>({ it }, { it * 1_000L }, { "customer-$it" }, { UUID(it * 31L, it.toLong()) })
                for (kind in kinds) {
                    val keys = (1..40_000).groupingBy { map.shardOf(kind(it)) }.eachCount()
                    val mean = 40_000.0 / shards
                    for (shard in map.shards) keys
                        .getValue(shard)
                        .toDouble()
                        .shouldBeBetween(mean * 0.85, mean * 1.15, 0.0)
                }
            }
        }

        test("95: adding a shard to n moves at most 1/(n+1) + 5 % of the buckets, all to the new one") {
            var map = ShardMap.of("shard-0")
            for (shards in 1..20) {
                val plan = ReshardPlan.between(map, map.withShard("shard-$shards"))
                plan.buckets.size shouldBeLessThanOrEqual (ShardMap.BUCKETS * (1.0 / (shards + 1) + 0.05)).toInt()
                plan.moves.map { it.to }.distinct() shouldContainExactly listOf("shard-$shards")
                map = plan.after
                val counts = map.shards.map { map.bucketsOf(it).size }
                (counts.max() - counts.min()) shouldBeLessThanOrEqual 2
            }
        }

        test("95: removing a shard moves its buckets only, evenly") {
            val map = ShardMap.of(names(4))
            val plan = ReshardPlan.between(map, map.withoutShard("shard-2"))
            plan.buckets shouldContainExactly map.bucketsOf("shard-2")
            plan.after.shards.map { plan.after.bucketsOf(it).size }.sorted() shouldContainExactly
                listOf(1365, 1365, 1366)
            shouldThrow<IllegalArgumentException> { map.withoutShard("shard-9") }.message shouldContain "no buckets"
            shouldThrow<IllegalArgumentException> { ShardMap.of("a").withoutShard("a") }.message shouldContain
                "only one"
        }

        test("96: a stored map is read as it was, whatever the names of its shards") {
            val map = ShardMap.of("a", "b").withShard("c").withBuckets(listOf(1, 5, 4095), "Zürich \"1\"")
            ShardMap.parse(map.toJson()) shouldBe map
            ReshardPlan.between(map, ShardMap.parse(map.toJson())).buckets.shouldBeEmpty()
            map.bucketsOf("Zürich \"1\"") shouldContainExactly listOf(1, 5, 4095)
        }

        test("96: a stored map is short where buckets are in a row, and can be written by hand") {
            val json = """{"buckets":4096,"shards":{"a":"0-2047","b":"2048-4095"}}"""
            val map = ShardMap.parse(json)
            map.toJson() shouldBe json
            map.toString() shouldBe "{a=2048, b=2048}"
            map.ownerOf(2048) shouldBe "b"
        }

        test("96: a map with a mistake is refused, with what is wrong") {
            listOf(
                    "" to "not a map of shards",
                    "[]" to "must be an object",
                    """{"buckets":64,"shards":{}}""" to "buckets is 64 but must be 4096",
                    """{"buckets":4096}""" to "shards is null but must be an object",
                    """{"buckets":4096,"shards":{"a":5}}""" to "shard 'a' is 5 but must be a text",
                    """{"buckets":4096,"shards":{"a":"0-5-9"}}""" to "a range is such as 0-99",
                    """{"buckets":4096,"shards":{"a":"0-4096"}}""" to "has the bucket '4096' but it must be 0 to 4095",
                    """{"buckets":4096,"shards":{"a":"x"}}""" to "has the bucket 'x'",
                    """{"buckets":4096,"shards":{"a":"0-4095","b":"7"}}""" to "bucket 7 has the shards 'a' and 'b'",
                    """{"buckets":4096,"shards":{"a":"0-4094"}}""" to "bucket 4095 has no shard",
                    """{"buckets":4096,"shards":{" ":"0-4095"}}""" to "the name of a shard is ' ' but must be a text",
                )
                .forEach { (json, problem) ->
                    shouldThrow<IllegalArgumentException> { ShardMap.parse(json) }.message shouldContain problem
                }
        }

        test("96: a plan names what moves from where to where, and nothing else") {
            val map = ShardMap.parse("""{"buckets":4096,"shards":{"a":"0-2047","b":"2048-4095"}}""")
            val plan = ReshardPlan.between(map, map.withBuckets(listOf(0, 1, 2048), "c"))
            plan.buckets shouldContainExactly listOf(0, 1, 2048)
            plan.toString() shouldBe "3 buckets move: 2 from a to c, 1 from b to c"
            plan.before shouldBe map
            ReshardPlan.between(map, map).toString() shouldBe "0 buckets move"
        }

        test("names of shards and numbers of buckets are checked") {
            shouldThrow<IllegalArgumentException> { ShardMap.of() }.message shouldContain "shards are 0"
            shouldThrow<IllegalArgumentException> { ShardMap.of("a", "a") }.message shouldContain "twice"
            shouldThrow<IllegalArgumentException> { ShardMap.of("a", "") }.message shouldContain "must be a text"
            shouldThrow<IllegalArgumentException> { ShardMap.of("a").withShard("a") }.message shouldContain "already"
            shouldThrow<IllegalArgumentException> { ShardMap.of("a").ownerOf(4096) }.message shouldContain "0 to 4095"
            shouldThrow<IllegalArgumentException> { ShardMap.of(names(4097)) }.message shouldContain "1 to 4096"
        }
    })
