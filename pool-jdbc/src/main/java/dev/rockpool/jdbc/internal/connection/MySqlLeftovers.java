package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * MySQL and MariaDB report with each result, but not with an error, whether a transaction is open and autocommit is on.
 * MariaDB's driver exposes that through JDBC; MySQL's does not.
 */
abstract class MySqlLeftovers extends Leftovers {
    private static final String MARIADB = "org.mariadb.jdbc.";
    private static final String MYSQL = "com.mysql.cj.MysqlConnection";

    private MySqlLeftovers(Connection driver) {
        super(driver);
    }

    static Leftovers of(Connection driver) {
        if (driver.getClass().getName().startsWith(MARIADB)) return new OfMariaDb(driver);
        Connection found = Unwrap.named(MYSQL, driver);
        Ways ways = found == null ? null : Ways.of(found);
        return ways == null ? TextLeftovers.standard(driver) : new OfMySql(driver, found, ways);
    }

    private static final class OfMariaDb extends MySqlLeftovers {
        OfMariaDb(Connection driver) {
            super(driver);
        }

        /**
         * The driver asks the server only if a transaction is open, but after an error it knows only the state before
         * the error.
         */
        @Override
        void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException {
            mayWait();
            if (failed) run(end);
            else if (end.equals(COMMIT)) driver.commit();
            else driver.rollback();
        }

        @Override
        boolean autoCommit(boolean assumed) throws SQLException {
            return driver.getAutoCommit();
        }
    }

    private static final class OfMySql extends MySqlLeftovers {
        private final Connection found;
        private final Ways ways;

        OfMySql(Connection driver, Connection found, Ways ways) {
            super(driver);
            this.found = found;
            this.ways = ways;
        }

        @Override
        void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException {
            if (autoCommit && failed || Ways.ask(ways.inTransaction, found)) run(end);
        }

        @Override
        boolean autoCommit(boolean assumed) throws SQLException {
            return Ways.ask(ways.autoCommit, found);
        }

        /** The driver may believe that the mode is already set. */
        @Override
        void setAutoCommit(boolean wanted) throws SQLException {
            if (wanted) run(ROLLBACK);
            run("set autocommit=" + (wanted ? 1 : 0));
            driver.setAutoCommit(wanted);
        }
    }

    /** How to ask MySQL's driver, which may be absent. */
    private record Ways(MethodHandle inTransaction, MethodHandle autoCommit) {
        static Ways of(Connection found) {
            try {
                var lookup = MethodHandles.publicLookup();
                ClassLoader loader = found.getClass().getClassLoader();
                Class<?> connection = Class.forName(MYSQL, false, loader);
                var session = lookup.unreflect(connection.getMethod("getSession"));
                Class<?> sessionType = session.type().returnType();
                var server = lookup.unreflect(sessionType.getMethod("getServerSession"));
                Class<?> serverType = server.type().returnType();
                var path = MethodHandles.filterReturnValue(session, server);
                return new Ways(
                        way(path, lookup.unreflect(serverType.getMethod("inTransactionOnServer"))),
                        way(path, lookup.unreflect(serverType.getMethod("isAutocommit"))));
            } catch (ReflectiveOperationException | RuntimeException e) { // another version of the driver
                return null;
            }
        }

        private static MethodHandle way(MethodHandle path, MethodHandle asked) {
            return MethodHandles.filterReturnValue(path, asked)
                    .asType(MethodType.methodType(boolean.class, Object.class));
        }

        static boolean ask(MethodHandle way, Connection of) throws SQLException {
            try {
                return (boolean) way.invokeExact((Object) of);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new SQLException("the driver did not say what its connection is in: " + e, e);
            }
        }
    }
}
