package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The error for a wrong URL names the available drivers and the likely mistake. */
class UrlProblemsTest {
    private static String problemOf(String url) {
        List<String> problems = JdbcConfig.builder().url(url).problems();
        assertEquals(1, problems.size(), problems.toString());
        return problems.get(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            postgresql://host/x           | it must begin with jdbc:, as in jdbc:postgresql:
            postgres://host/x             | it must begin with jdbc:, as in jdbc:postgresql:
            mysql://host/x                | it must begin with jdbc:, as in jdbc:mysql:
            host:5432/x                   | it must begin with jdbc:
            jdbc:postgres://host/x        | is jdbc:postgresql: meant?
            jdbc:postgresq://host/x       | is jdbc:postgresql: meant?
            jdbc:mssql://host;databaseName=x | is jdbc:sqlserver: meant?
            jdbc:orcale:x                 | is jdbc:oracle: meant?
            jdbc:oracle:x                 | add the dependency com.oracle.database.jdbc:ojdbc11
            jdbc:sqlserver://host         | add the dependency com.microsoft.sqlserver:mssql-jdbc
            jdbc:db2://host/x             | add the dependency com.ibm.db2:jcc
            jdbc:postgresql://host:port/x | its driver is there, so see what follows jdbc:postgresql:
            jdbc:invalid:x                | is 'invalid' right, and is its driver a dependency?
            """)
    void theLikelyMistakeIsNamed(String url, String likely) {
        String problem = problemOf(url);
        assertTrue(
                problem.startsWith("url is '" + url + "' but must be one that a driver on the class path accepts"),
                problem);
        assertTrue(problem.endsWith("; " + likely), problem);
    }

    @Test
    void availableDriversAreNamed() {
        String problem = problemOf("jdbc:invalid:x");
        for (String driver : List.of("org.postgresql.Driver", "org.h2.Driver", "org.sqlite.JDBC"))
            assertTrue(problem.contains(driver), problem);
    }

    @Test
    void aDriverThatDoesNotAcceptTheUrlIsNamedWithTheOthers() {
        List<String> problems = JdbcConfig.builder()
                .url("jdbc:postgres:x?password=hidden")
                .driverClassName("org.h2.Driver")
                .problems();
        assertEquals(1, problems.size());
        assertTrue(problems.get(0).contains("must be one that the driver org.h2.Driver accepts"), problems.get(0));
        assertTrue(problems.get(0).endsWith("is jdbc:postgresql: meant?"), problems.get(0));
        assertTrue(!problems.get(0).contains("hidden"), problems.get(0));
    }

    @Test
    void aDriverThatOnlyItsOwnClassCanCreateIsFoundWhereItRegistersItself() {
        List<String> problems = JdbcConfig.builder()
                .url("jdbc:registers-itself:x")
                .driverClassName(RegistersItself.class.getName())
                .problems();
        assertEquals(List.of(), problems);
    }

    /** Its class is loaded by its name, which runs the initializer. */
    private static final class RegistersItself extends FakeDriver {
        static {
            try {
                DriverManager.registerDriver(new RegistersItself(1));
            } catch (SQLException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private RegistersItself(int ignored) {}

        @Override
        public boolean acceptsURL(String url) {
            return url.startsWith("jdbc:registers-itself:");
        }
    }
}
