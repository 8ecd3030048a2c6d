package dev.rockpool.jdbc

/** On a MariaDB of the tests' own; skipped where none can be run. */
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
