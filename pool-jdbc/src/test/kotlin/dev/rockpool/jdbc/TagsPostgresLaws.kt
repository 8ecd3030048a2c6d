package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.SQLException

/** Laws 161, 162, 164 and 165 on PostgreSQL: a search path and a role for each tenant. */
class TagsPostgresLaws :
    FunSpec({
        beforeSpec {
            Postgres.direct().use { admin ->
                for (name in listOf("tag_a", "tag_b")) {
                    admin.run("create schema $name")
                    admin.run("create table $name.orders as select '$name' as name")
                    admin.run("create role role_$name")
                    admin.run("grant usage on schema $name to role_$name")
                    admin.run("grant select on $name.orders to role_$name")
                }
                admin.run(
                    "create function tag_hidden() returns void language plpgsql as " +
                        "\$\$ begin perform set_config('role', 'none', false); end \$\$"
                )
            }
        }

        fun Connection.orders() = ask("select name from orders")

        /** A pool of one connection. */
        fun pool(settings: JdbcSettings.() -> Unit) =
            postgresPool("tags") {
                    maxSize = 1
                    settings()
                }
                .dataSource

        /** What a user may do to the path of a lease. */
        val onPath =
            listOf<(Connection) -> Unit>(
                {},
                { it.schema = "tag_b" },
                { it.run("set search_path to tag_b, public") },
                { it.run("reset search_path") },
                { it.run("reset all") },
                { it.run("discard all") },
                { it.ask("select set_config('search_path', 'tag_b', false)") },
                { it.run("do \$\$ begin set search_path to tag_b; end \$\$") },
                {
                    it.autoCommit = false
                    it.run("set search_path to tag_b")
                    it.rollback()
                },
                {
                    it.autoCommit = false
                    it.run("set search_path to tag_b")
                    runCatching { it.run("select 1 / 0") }
                },
                {
                    it.autoCommit = false
                    it.run("set local search_path to tag_b")
                },
            )

        test("161, 164: a search path belongs to its tag, whatever a user does to it") {
            // region search path
            pool { preparer = JdbcPreparers.searchPath { tag -> "$tag, public" } }
                .use { pool ->
                    pool.tagged("tag_a").connection.use { it.orders() shouldBe "tag_a" }
                    // endregion
                    val base = pool.connection.use { it.ask("show search_path") }
                    for (use in onPath) {
                        for (tag in listOf("tag_a", "tag_a", "tag_b")) {
                            pool.tagged(tag).connection.use {
                                it.ask("show search_path") shouldBe "$tag, public"
                                it.orders() shouldBe tag
                                use(it)
                            }
                        }
                        pool.connection.use { it.ask("show search_path") shouldBe base }
                    }
                }
        }

        test("162: a match sends nothing") {
            pool { preparer = JdbcPreparers.searchPath() }
                .use { pool ->
                    val tagged = pool.tagged("tag_a")
                    tagged.connection.use { it.orders() }
                    fun began() =
                        Postgres.direct().use {
                            it.ask(
                                "select max(query_start)::text from pg_stat_activity where query like '%orders%' and pid <> pg_backend_pid()"
                            )
                        }
                    val before = began()
                    repeat(3) { tagged.connection.close() }
                    began() shouldBe before
                }
        }

        test("161, 165: a role belongs to its tag, even if a user resets it in a function") {
            pool { preparer = JdbcPreparers.role { "role_$it" } }
                .use { pool ->
                    val users =
                        listOf<(Connection) -> Unit>(
                            {},
                            { it.run("reset role") },
                            { it.run("set role none") },
                            { it.run("reset session authorization") },
                            { it.ask("select public.tag_hidden()") },
                            { it.run("do \$\$ begin perform public.tag_hidden(); end \$\$") },
                        )
                    for (use in users) {
                        for (tag in listOf("tag_a", "tag_a", "tag_b")) {
                            pool.tagged(tag).connection.use {
                                it.ask("select current_user") shouldBe "role_$tag"
                                it.ask("select name from $tag.orders") shouldBe tag
                                val other = if (tag == "tag_a") "tag_b" else "tag_a"
                                shouldThrow<SQLException> { it.ask("select name from $other.orders") }.sqlState shouldBe
                                    "42501"
                                use(it)
                            }
                        }
                        pool.connection.use { it.ask("select current_user") shouldBe Postgres.USER }
                    }
                }
        }

        test("163: a tag that the server does not know closes the connection") {
            pool { preparer = JdbcPreparers.role() }
                .use { pool ->
                    shouldThrow<SQLException> { pool.tagged("nobody_at_all").connection }.sqlState shouldBe "22023"
                    pool.connection.use { it.ask("select current_user") shouldBe Postgres.USER }
                }
        }
    })
