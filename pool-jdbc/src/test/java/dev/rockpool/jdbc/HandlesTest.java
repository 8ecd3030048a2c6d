package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws 3 and 53: every object of a lease leads back to the pool's own objects, and ends with the lease. */
@Timeout(180) // the first test with MariaDB starts it
class HandlesTest {
    private static RockpoolDataSource pool(Recorder driver) {
        return RockpoolDataSource.builder()
                .name("handles")
                .dataSource(driver.source)
                .maxSize(1)
                .minIdle(0)
                .trustWindow(null)
                .build();
    }

    private static Map<String, Object> start(Connection connection) throws SQLException {
        Map<String, Object> start = new LinkedHashMap<>();
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("q");
        CallableStatement call = connection.prepareCall("q");
        start.put("connection", connection);
        start.put("statement", statement);
        start.put("prepared", prepared);
        start.put("call", call);
        start.put("row", prepared.executeQuery());
        return start;
    }

    /** The JDBC types of an SQL value. */
    static Stream<Class<?>> kinds() {
        return Stream.of(
                ResultSet.class,
                Array.class,
                Blob.class,
                Clob.class,
                NClob.class,
                SQLXML.class,
                Struct.class,
                Ref.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("53 each interface that a JDBC method returns is wrapped, or gives no access to the driver")
    void everyReturnType(Class<?> any) throws SQLException {
        Recorder driver = new Recorder();
        driver.any = any;
        Handles handles = new Handles();
        try (RockpoolDataSource pool = pool(driver);
                Connection connection = pool.getConnection()) {
            handles.walk(start(connection));
        }
        assertEquals(Set.of(), handles.wrong);
        assertEquals(Set.copyOf(Handles.APIS), handles.reached);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("3 53 no object of a lease reaches the driver after the lease has ended")
    void stale(Class<?> any) throws Exception {
        Recorder driver = new Recorder();
        driver.any = any;
        Handles handles = new Handles();
        try (RockpoolDataSource pool = pool(driver)) {
            try (Connection connection = pool.getConnection()) {
                handles.walk(start(connection));
            }
            try (Connection next = pool.getConnection()) {
                driver.calls.clear();
                assertEquals(Set.of(), worksOn(handles));
                driver.calls.removeIf(call -> call.contains("getDriverM"));
                assertEquals(List.of(), driver.calls);
                assertFalse(next.isClosed());
            }
        }
    }

    /** Objects that do not report that they are closed. */
    private static Set<String> worksOn(Handles handles) throws Exception {
        Set<String> works = new TreeSet<>();
        for (Map.Entry<String, Object> each : handles.found) {
            if (each.getValue() instanceof Closeable stream) works.addAll(worksOn(each.getKey(), stream));
            for (Method method : Handles.methodsOf(each.getValue())) {
                if (isOwnMatter(method)) continue;
                String what = each.getKey() + "." + method.getName();
                try {
                    Handles.call(each.getValue(), method, 1);
                    if (!Handles.LENIENT.contains(method.getName())) works.add(what);
                } catch (SQLException e) {
                    if (!String.valueOf(e.getMessage()).contains("closed")) works.add(what + ": " + e);
                }
            }
            assertFalse(each.getValue().toString().contains("recorded"), each.getKey());
        }
        return works;
    }

    /** Answered by the JDK or without the driver. */
    private static boolean isOwnMatter(Method method) {
        return method.isDefault() || method.getName().equals("abort");
    }

    private static Set<String> worksOn(String path, Closeable stream) throws IOException {
        Set<String> works = new TreeSet<>();
        try {
            if (stream instanceof InputStream input) input.read();
            if (stream instanceof OutputStream output) output.write(1);
            if (stream instanceof Reader reader) reader.read();
            if (stream instanceof Writer writer) writer.write(1);
            works.add(path);
        } catch (IOException e) {
            if (!"Connection is closed".equals(e.getMessage())) works.add(path + ": " + e);
        }
        stream.close();
        return works;
    }

    /** The values, whose wrappers are entirely generated. */
    static Stream<Class<?>> values() {
        return Stream.concat(
                kinds().filter(api -> api != ResultSet.class),
                Stream.of(ResultSetMetaData.class, ParameterMetaData.class));
    }

    @ParameterizedTest
    @MethodSource("values")
    @DisplayName("Every method of a value reaches the driver, and its exceptions are rethrown unchanged")
    void forwards(Class<?> api) throws Exception {
        Recorder driver = new Recorder();
        driver.any = api;
        try (RockpoolDataSource pool = pool(driver);
                Connection connection = pool.getConnection()) {
            Handles handles = new Handles();
            handles.walk(start(connection));
            Object value = handles.found.stream()
                    .map(Map.Entry::getValue)
                    .filter(each -> Handles.methodsOf(each).equals(List.of(api.getMethods())))
                    .findFirst()
                    .orElseThrow();
            for (Method method : Handles.methodsOf(value)) {
                if (method.getDeclaringClass() == java.sql.Wrapper.class) continue;
                driver.calls.clear();
                Handles.call(value, method, 1);
                assertTrue(driver.calls.contains(method.getDeclaringClass().getSimpleName() + "." + method.getName()));
                driver.failure = new SQLException("of the driver", "42000");
                assertEquals(driver.failure, assertThrows(SQLException.class, () -> Handles.call(value, method, 1)));
                driver.failure = null;
            }
        }
    }

    @Test
    @DisplayName("53 the streams of an XML source or result end with the lease")
    void xml() throws Exception {
        try (RockpoolDataSource pool = pool(new Recorder())) {
            Reader reader;
            Writer writer;
            try (Connection connection = pool.getConnection()) {
                SQLXML xml = connection.createSQLXML();
                reader = xml.getSource(javax.xml.transform.stream.StreamSource.class)
                        .getReader();
                writer = xml.setResult(javax.xml.transform.stream.StreamResult.class)
                        .getWriter();
                assertEquals('<', reader.read());
                writer.write("<");
            }
            assertThrows(IOException.class, reader::read);
            assertThrows(IOException.class, () -> writer.write("<"));
        }
    }

    @Test
    @DisplayName("53 the driver gets its own objects instead of their wrappers, also inside arrays")
    void arguments() throws SQLException {
        Recorder driver = new Recorder();
        try (RockpoolDataSource pool = pool(driver);
                Connection connection = pool.getConnection()) {
            PreparedStatement statement = connection.prepareStatement("q");
            Array array = connection.createArrayOf("int", new Object[] {1});
            Blob blob = connection.createBlob();
            Struct struct = connection.createStruct("s", new Object[] {array, "text"});
            assertBare(driver, "createStruct", 1);
            statement.setArray(1, array);
            assertBare(driver, "setArray", 1);
            statement.setObject(1, blob);
            assertBare(driver, "setObject", 1);
            statement.setBlob(1, blob);
            assertBare(driver, "setBlob", 1);
            connection.createArrayOf("s", new Object[] {struct, new Object[] {struct}});
            assertBare(driver, "createArrayOf", 1);
            ResultSet row = statement.executeQuery();
            row.updateObject(1, struct);
            assertBare(driver, "updateObject", 1);
            row.updateClob(1, connection.createNClob());
            assertBare(driver, "updateClob", 1);
            blob.position(blob, 1);
            assertBare(driver, "position", 0);
            Object[] plain = {"text"};
            connection.createArrayOf("s", plain);
            assertTrue(driver.arguments.get("createArrayOf")[1] == plain, "nothing is copied without need");
        }
    }

    private static void assertBare(Recorder driver, String method, int at) {
        List<Object> all = new ArrayList<>();
        collect(driver.arguments.get(method)[at], all);
        for (Object each : all) assertFalse(each.getClass().getName().startsWith("dev.rockpool.jdbc.internal"), method);
    }

    private static void collect(Object value, List<Object> all) {
        if (value instanceof Object[] elements) for (Object element : elements) collect(element, all);
        else all.add(value);
    }

    /** A driver, and the objects that it returns. */
    enum Real {
        H2(
                "create table if not exists handles(c1 int array, c2 blob, c3 clob, c4 varchar(20), c5 int)",
                "insert into handles values (array[1, 2], x'0102', 'text', 'text', ?)",
                List.of(Array.class, Blob.class, Clob.class, ResultSetMetaData.class, ParameterMetaData.class)),
        POSTGRESQL(
                "create table if not exists handles(c1 int[], c2 bytea, c3 text, c4 xml, c5 int)",
                "insert into handles values (array[1, 2], '\\x0102', 'text', '<a/>', ?)",
                List.of(Array.class, SQLXML.class, ResultSetMetaData.class, ParameterMetaData.class)),
        SQLITE(
                "create table if not exists handles(c1 int, c2 blob, c3 text, c4 text, c5 int)",
                "insert into handles values (1, x'0102', 'text', 'text', ?)",
                List.of(ResultSetMetaData.class, ParameterMetaData.class)),
        MARIADB(
                "create table if not exists handles(c1 int, c2 blob, c3 text, c4 varchar(20), c5 int)",
                "insert into handles values (1, x'0102', 'text', 'text', ?)",
                List.of(Blob.class, Clob.class, ResultSetMetaData.class, ParameterMetaData.class));

        final String table;
        final String insert;
        final List<Class<?>> handsOut;

        Real(String table, String insert, List<Class<?>> handsOut) {
            this.table = table;
            this.insert = insert;
            this.handsOut = handsOut;
        }

        RockpoolDataSource open() {
            JdbcBuilder<RockpoolDataSource> builder = this == SQLITE
                    ? RockpoolDataSource.builder()
                            .url(SQLITE_FILE.getUrl())
                            .maxSize(1)
                            .trustWindow(null)
                    : Server.valueOf(name()).pool("");
            return builder.build();
        }
    }

    private static final SqliteFile SQLITE_FILE = new SqliteFile();

    @ParameterizedTest
    @EnumSource(Real.class)
    @DisplayName("3 53 the same with the drivers themselves")
    void realDriver(Real real) throws Exception {
        Handles handles = new Handles();
        try (RockpoolDataSource pool = real.open()) {
            try (Connection connection = pool.getConnection()) {
                Server.run(connection, real.table);
                try (PreparedStatement insert = connection.prepareStatement(real.insert)) {
                    insert.setInt(1, 7);
                    insert.executeUpdate();
                }
                connection.setAutoCommit(false);
                Map<String, Object> start = new LinkedHashMap<>();
                PreparedStatement prepared = connection.prepareStatement("select * from handles where c5 = ?");
                prepared.setInt(1, 7);
                ResultSet row = prepared.executeQuery();
                assertTrue(row.next());
                start.put("row", row);
                start.put("prepared", prepared);
                start.put("statement", connection.createStatement());
                start.put("connection", connection);
                if (real == Real.POSTGRESQL) start.put("array", connection.createArrayOf("int4", new Object[] {1, 2}));
                handles.walk(start);
            }
            assertEquals(Set.of(), handles.wrong);
            assertTrue(handles.reached.containsAll(real.handsOut), () -> "" + handles.reached);
            try (Connection next = pool.getConnection()) {
                assertEquals(Set.of(), worksOn(handles));
                assertEquals("1", Server.ask(next, "select 1"));
            }
        }
    }

    @Test
    @DisplayName("53 an array leads back to the leased connection, not to the driver's")
    void arrayLeadsBack() throws SQLException {
        try (RockpoolDataSource pool = Server.POSTGRESQL.pool("").build();
                Connection connection = pool.getConnection()) {
            Array array = connection.createArrayOf("int4", new Object[] {1, 2});
            try (ResultSet elements = array.getResultSet()) {
                assertTrue(elements.next());
                assertEquals(connection, elements.getStatement().getConnection());
            }
            try (PreparedStatement statement = connection.prepareStatement("select ?::int[]")) {
                statement.setArray(1, array);
                try (ResultSet row = statement.executeQuery()) {
                    assertTrue(row.next());
                    assertEquals("{1,2}", row.getString(1));
                    assertEquals(
                            List.of(1, 2), List.of((Object[]) row.getArray(1).getArray()));
                    assertEquals("{1,2}", row.getArray(1).toString());
                    assertTrue(row.getObject(1) instanceof Array);
                    assertEquals("{1,2}", row.getObject(1, Array.class).toString());
                }
            }
        }
    }

    @Test
    @DisplayName("53 a transaction opened by a metadata query ends with the lease")
    void metaDataOpensTransaction() throws SQLException {
        String state = "select state from pg_stat_activity where pid = ";
        try (RockpoolDataSource pool =
                        Server.POSTGRESQL.pool("").autoCommit(false).build();
                Connection direct = Server.POSTGRESQL.direct()) {
            String pid;
            try (Connection connection = pool.getConnection()) {
                pid = Server.ask(connection, "select pg_backend_pid()");
                ResultSetMetaData metaData;
                try (Statement statement = connection.createStatement()) {
                    metaData = statement
                            .executeQuery("select oid from pg_class limit 0")
                            .getMetaData();
                }
                connection.commit();
                metaData.isAutoIncrement(1);
            }
            assertEquals("idle", Server.ask(direct, state + pid));
        }
    }

    @Test
    @DisplayName("53 the metadata object of SQLite is not treated as a statement")
    void sqliteMetaData() throws SQLException {
        try (RockpoolDataSource pool = Real.SQLITE.open();
                Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("select 1 where 1 = ?")) {
            assertFalse((Object) statement.getMetaData() instanceof Statement);
            assertFalse((Object) statement.getParameterMetaData() instanceof Statement);
            assertFalse((Object) statement.executeQuery().getMetaData() instanceof ResultSet);
        }
    }
}
