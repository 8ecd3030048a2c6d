package dev.rockpool.jdbc.internal.batch;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/** The statement that a call gets to set its parameters. */
final class Binding extends BindingForwards {
    private static final String NO_SUCH_PARAMETER = "07009";

    private final PreparedStatement target;
    private final int before;
    private final int parameters;

    private Binding(PreparedStatement target, int before, int parameters) {
        this.target = target;
        this.before = before;
        this.parameters = parameters;
    }

    /** For a statement that runs alone. The driver knows its parameters. */
    static PreparedStatement alone(PreparedStatement target) {
        return new Binding(target, 0, Integer.MAX_VALUE);
    }

    /**
     * For one of several copies in a joined statement.
     *
     * @param copy the number of copies before this one
     * @param parameters how many parameters each copy has
     */
    static PreparedStatement copy(PreparedStatement target, int copy, int parameters) {
        return new Binding(target, copy * parameters, parameters);
    }

    @Override
    PreparedStatement target() {
        return target;
    }

    @Override
    int indexOf(int parameter) throws SQLException {
        if (parameter < 1 || parameter > parameters)
            throw new SQLException(
                    "parameter " + parameter + " is set, but the statement has " + parameters, NO_SUCH_PARAMETER);
        return before + parameter;
    }

    @Override
    SQLException refused(String method) {
        return new SQLFeatureNotSupportedException(
                method + " cannot be called for one call of a batched statement, which may run together with others; "
                        + "it can only set parameters");
    }

    @Override
    public String toString() {
        return target.toString();
    }
}
