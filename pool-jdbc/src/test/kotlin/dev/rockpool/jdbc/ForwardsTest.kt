package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.lang.reflect.Modifier
import java.sql.Blob
import java.sql.CallableStatement
import java.sql.Clob
import java.sql.Connection
import java.sql.DatabaseMetaData
import java.sql.NClob
import java.sql.ParameterMetaData
import java.sql.PreparedStatement
import java.sql.Ref
import java.sql.ResultSet
import java.sql.ResultSetMetaData
import java.sql.SQLXML
import java.sql.Statement
import java.sql.Struct

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
                java.sql.Array::class.java to "PooledArray",
                Blob::class.java to "PooledBlob",
                Clob::class.java to "PooledClob",
                NClob::class.java to "PooledNClob",
                ParameterMetaData::class.java to "PooledParameterMetaData",
                Ref::class.java to "PooledRef",
                ResultSetMetaData::class.java to "PooledResultSetMetaData",
                SQLXML::class.java to "PooledSQLXML",
                Struct::class.java to "PooledStruct",
            )
        /** Methods that later JDKs added. They have defaults, and the API used at build time does not have them. */
        val later = setOf("enquoteLiteral", "enquoteIdentifier", "enquoteNCharLiteral", "isSimpleIdentifier")

        for ((api, name) in wrappers) {
            test("$name overrides every default method of ${api.simpleName}") {
                val wrapper = Class.forName("dev.rockpool.jdbc.internal.connection.$name")
                val methods = everyMethodOf(api)
                methods.size shouldBeGreaterThan 2
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
