package dev.rockpool.jdbc

class H2Laws :
    DatabaseLaws(
        start = {
            Dialect(
                url = "jdbc:h2:mem:laws;DB_CLOSE_DELAY=-1",
                unknown = "jdbc:h2:mem:nowhere;IFEXISTS=TRUE",
                session = "select session_id()",
                kill = { "call abort_session($it)" },
            )
        }
    )
