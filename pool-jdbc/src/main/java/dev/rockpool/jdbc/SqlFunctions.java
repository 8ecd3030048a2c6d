package dev.rockpool.jdbc;

import dev.rockpool.ReshardPlan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The lambdas that Java callers pass to {@link RockpoolDataSource} and {@link Transaction}. They may throw
 * {@link SQLException} and one other type of checked exception, which the compiler infers. If a lambda throws none, its
 * caller needs no {@code catch}.
 *
 * <p>Names with {@code Use} are for work without a result. No lambda may keep its connection.
 */
public interface SqlFunctions {
    /** Work with a connection. */
    @FunctionalInterface
    interface WithConnection<R, X extends Exception> {
        R run(Connection connection) throws SQLException, X;
    }

    /** Work with a connection, without a result. */
    @FunctionalInterface
    interface UseConnection<X extends Exception> {
        void run(Connection connection) throws SQLException, X;
    }

    /** Work in a transaction: committed when it returns, rolled back when it throws. */
    @FunctionalInterface
    interface InTransaction<R, X extends Exception> {
        R run(Transaction transaction, Connection connection) throws SQLException, X;
    }

    /** Work in a transaction, without a result. */
    @FunctionalInterface
    interface UseTransaction<X extends Exception> {
        void run(Transaction transaction, Connection connection) throws SQLException, X;
    }

    /** Work in a savepoint: released when it returns, rolled back when it throws. */
    @FunctionalInterface
    interface InSavepoint<R, X extends Exception> {
        R run() throws SQLException, X;
    }

    /** Work in a savepoint, without a result. */
    @FunctionalInterface
    interface UseSavepoint<X extends Exception> {
        void run() throws SQLException, X;
    }

    /** Copies the data of a plan that moves buckets to other shards. */
    @FunctionalInterface
    interface CopyData<X extends Exception> {
        void run(ReshardPlan plan) throws SQLException, X;
    }

    /**
     * Sets the parameters of a {@link BatchedStatement} for one call. It may run on any thread, and more than once. The
     * statement can do nothing else.
     */
    @FunctionalInterface
    interface Bind<A> {
        void bind(PreparedStatement statement, A key) throws SQLException;
    }

    /**
     * Reads the rows that a {@link BatchedStatement} returned for one call. They are before the first row. It may run
     * on any thread, and more than once. Other calls may wait for it, so it should only read.
     */
    @FunctionalInterface
    interface Read<R> {
        R read(ResultSet rows) throws SQLException;
    }

    /** Code that runs after a transaction. Its exceptions are logged. */
    @FunctionalInterface
    interface Hook {
        void run() throws Exception;
    }
}
