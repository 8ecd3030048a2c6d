package dev.rockpool.jdbc

/** Uses the tests' own MariaDB. Skipped where it cannot run. */
class MariaDbLaws :
    DatabaseLaws(
        missing = { MariaDb.missing },
        start = {
            MariaDb.create("laws", "app", "secret-of-app")
            Dialect(
                url = MariaDb.url("laws"),
                unknown = MariaDb.url("nowhere"),
                session = "select connection_id()",
                kill = { "kill $it" },
            )
        },
    )
