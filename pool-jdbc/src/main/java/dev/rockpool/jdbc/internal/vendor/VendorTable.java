package dev.rockpool.jdbc.internal.vendor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The facts about one vendor's databases: how they are recognised, and what their errors mean. Data only. */
final class VendorTable {
    final Set<String> names;
    final Map<String, String> drivers = new LinkedHashMap<>();
    final Map<String, String> misspelt = new LinkedHashMap<>();
    final List<RetrySign> retryable = new ArrayList<>();
    final Map<Integer, String> lostThrough = new LinkedHashMap<>();
    ErrorCodes lost = ErrorCodes.NONE;
    ErrorCodes lostForAll = ErrorCodes.NONE;
    ErrorCodes wrongLogin = ErrorCodes.NONE;
    ErrorCodes hopeless = ErrorCodes.NONE;
    ErrorCodes full = ErrorCodes.NONE;
    ErrorCodes passing = ErrorCodes.NONE;
    String probe = "select 1";
    boolean setTransactionIsLocal;

    private VendorTable(String... names) {
        this.names = Set.of(names);
    }

    /** Creates a table. The names are those of JDBC URLs, driver packages and the product. */
    static VendorTable named(String... names) {
        return new VendorTable(names);
    }

    /** Sets the Maven coordinates of the driver for URLs with this name. */
    VendorTable driver(String name, String coordinates) {
        drivers.put(name, coordinates);
        return this;
    }

    /** Adds a frequent misspelling of a name in URLs. */
    VendorTable misspelt(String written, String name) {
        misspelt.put(written, name);
        return this;
    }

    /** Adds errors after which a connection is lost. */
    VendorTable lost(ErrorCodes errors) {
        lost = errors;
        return this;
    }

    /** The same for errors that have this meaning for every vendor, because compatible servers use them, too. */
    VendorTable lostForAll(ErrorCodes errors) {
        lostForAll = errors;
        return this;
    }

    /** After this code a connection is lost if an exception of this class is among its causes. */
    VendorTable lostThrough(int code, String causeClass) {
        lostThrough.put(code, causeClass);
        return this;
    }

    /** Adds connect failures by which the server refuses the login. A retry cannot help, and may lock the account. */
    VendorTable wrongLogin(ErrorCodes errors) {
        wrongLogin = errors;
        return this;
    }

    /** Adds other connect failures after which a retry cannot help. */
    VendorTable hopeless(ErrorCodes errors) {
        hopeless = errors;
        return this;
    }

    /** Adds connect failures which mean that the server works but has reached its connection limit. */
    VendorTable full(ErrorCodes errors) {
        full = errors;
        return this;
    }

    /** Adds errors of statements that mean "not now" or "not on this server". */
    VendorTable passing(ErrorCodes errors) {
        passing = errors;
        return this;
    }

    /** Adds an error after which the transaction succeeds if it runs again. */
    VendorTable retryable(String state, Integer code) {
        retryable.add(new RetrySign(state, code));
        return this;
    }

    /** Sets a query that every database of the vendor answers at once. */
    VendorTable probe(String sql) {
        probe = sql;
        return this;
    }

    /** {@code SET TRANSACTION} affects only the current transaction, not all transactions of the session. */
    VendorTable setTransactionIsLocal() {
        setTransactionIsLocal = true;
        return this;
    }
}
