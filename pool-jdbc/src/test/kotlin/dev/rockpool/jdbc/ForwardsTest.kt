package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.lang.reflect.Modifier
import java.sql.CallableStatement
import java.sql.Connection
import java.sql.DatabaseMetaData
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.Statement

class ForwardsTest :
    FunSpec({
        val wrappers =
            mapOf(
                Connection::class.java to "PooledConnection",
                Statement::class.java to "PooledStatement",
                PreparedStatement::class.java to "PooledPreparedStatement",
                CallableStatement::class.java to "PooledCallableStatement",
                ResultSet::class.java to "PooledResultSet",
                DatabaseMetaData::class.java to "PooledDatabaseMetaData",
            )
        /** What later JDKs added; it has defaults, and the API that is built against does not know it. */
        val later = setOf("enquoteLiteral", "enquoteIdentifier", "enquoteNCharLiteral", "isSimpleIdentifier")

        for ((api, name) in wrappers) {
            test("$name leaves no method of ${api.simpleName} to a default") {
                val wrapper = Class.forName("dev.rockpool.jdbc.internal.$name")
                val methods = everyMethodOf(api)
                methods.size shouldBeGreaterThan 50
                methods
                    .filterNot { api == Connection::class.java && it.name in later }
                    .filter {
                        val found = wrapper.getMethod(it.name, *it.parameterTypes)
                        found.declaringClass.isInterface || Modifier.isAbstract(found.modifiers)
                    }
                    .shouldBeEmpty()
            }
        }
    })
