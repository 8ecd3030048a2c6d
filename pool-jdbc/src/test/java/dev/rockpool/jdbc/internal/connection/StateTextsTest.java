package dev.rockpool.jdbc.internal.connection;

import static dev.rockpool.jdbc.internal.connection.StateTexts.NAMES;
import static dev.rockpool.jdbc.internal.connection.StateTexts.QUERY_TIMEOUT;
import static dev.rockpool.jdbc.internal.connection.StateTexts.ROLE;
import static dev.rockpool.jdbc.internal.connection.StateTexts.ROLLBACK;
import static dev.rockpool.jdbc.internal.connection.StateTexts.TRANSACTIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StateTextsTest {
    static Stream<Arguments> texts() {
        return Stream.of(
                arguments(Vendor.POSTGRESQL, "SET search_path TO a", NAMES),
                arguments(Vendor.POSTGRESQL, " -- a comment\n set\tschema 'a'", NAMES),
                arguments(Vendor.POSTGRESQL, "select 1; SET ROLE a", ROLE),
                arguments(Vendor.POSTGRESQL, "set session authorization a", ROLE),
                arguments(
                        Vendor.POSTGRESQL, "SELECT pg_catalog.set_config($1, $2, false)", NAMES | ROLE | TRANSACTIONS),
                arguments(Vendor.POSTGRESQL, "do $$ begin set search_path to a; end $$", NAMES),
                arguments(Vendor.POSTGRESQL, "discard all", NAMES | ROLE | TRANSACTIONS),
                arguments(Vendor.POSTGRESQL, "set transaction isolation level serializable", 0),
                arguments(Vendor.POSTGRESQL, "set local default_transaction_read_only = on", 0),
                arguments(Vendor.POSTGRESQL, "set default_transaction_read_only = on", TRANSACTIONS),
                arguments(Vendor.POSTGRESQL, "abort", ROLLBACK),
                arguments(Vendor.SQL_SERVER, "set transaction isolation level serializable", TRANSACTIONS),
                arguments(Vendor.SQL_SERVER, "use other", NAMES),
                arguments(Vendor.SQL_SERVER, "execute as user = 'a'", ROLE),
                arguments(Vendor.ORACLE, "alter session set current_schema = a", NAMES),
                arguments(Vendor.DB2, "set current schema a", NAMES),
                arguments(Vendor.H2, "set query_timeout 7", QUERY_TIMEOUT),
                arguments(Vendor.MYSQL, "use `a`", NAMES),
                arguments(Vendor.MYSQL, "USE", NAMES),
                arguments(Vendor.MYSQL, "rollback to savepoint s", ROLLBACK),
                arguments(Vendor.MYSQL, "set @role = 1, @schema = 2, @x.path = 3", 0),
                arguments(Vendor.MYSQL, "set my_role = 1, schema_of = 2", 0),
                arguments(Vendor.MYSQL, "set names utf8mb4", 0),
                arguments(Vendor.MYSQL, "set session thread_pool_priority = 1", 0),
                arguments(Vendor.MYSQL, "set session transaction read write", TRANSACTIONS),
                arguments(Vendor.MYSQL, "update users set role = 'a', path = 'b'", 0),
                arguments(Vendor.MYSQL, "select 'set role a'", 0),
                arguments(Vendor.MYSQL, "user", 0),
                arguments(Vendor.MYSQL, "settle", 0),
                arguments(Vendor.MYSQL, "", 0),
                arguments(Vendor.MYSQL, "set", 0),
                arguments(Vendor.MYSQL, ";;", 0));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("texts")
    @DisplayName("SQL text shows which session state it may change")
    void changes(Vendor vendor, String sql, int changes) {
        assertEquals(changes, StateTexts.changes(sql, vendor));
    }
}
