package dev.rockpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What Java callers hand to {@link RockpoolDataSource} and {@link Transaction}: lambdas that may throw {@link SQLException}, and
 * one more kind of checked exception, which the compiler infers. A lambda that throws none needs no {@code catch} for it.
 *
 * <p>The names with {@code Use} are of work without a result. None may keep its connection.
 */
public interface SqlFunctions {
    /** Work with a connection. */
    @FunctionalInterface
    interface WithConnection<R, X extends Exception> {
        R run(Connection connection) throws SQLException, X;
    }

    /** Work with a connection that has no result. */
    @FunctionalInterface
    interface UseConnection<X extends Exception> {
        void run(Connection connection) throws SQLException, X;
    }

    /** Work in a transaction: committed when it returns, rolled back when it throws. */
    @FunctionalInterface
    interface InTransaction<R, X extends Exception> {
        R run(Transaction transaction, Connection connection) throws SQLException, X;
    }

    /** Work in a transaction that has no result. */
    @FunctionalInterface
    interface UseTransaction<X extends Exception> {
        void run(Transaction transaction, Connection connection) throws SQLException, X;
    }

    /** Work in a savepoint: kept when it returns, rolled back when it throws. */
    @FunctionalInterface
    interface InSavepoint<R, X extends Exception> {
        R run() throws SQLException, X;
    }

    /** Work in a savepoint that has no result. */
    @FunctionalInterface
    interface UseSavepoint<X extends Exception> {
        void run() throws SQLException, X;
    }

    /** What runs after a transaction; an exception of it is logged. */
    @FunctionalInterface
    interface Hook {
        void run() throws Exception;
    }
}
