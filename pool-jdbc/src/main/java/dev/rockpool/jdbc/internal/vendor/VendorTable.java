package dev.rockpool.jdbc.internal.vendor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is particular to the databases of one vendor: how they are recognised, and what their errors mean. Data only. */
final class VendorTable {
    final Set<String> names;
    final Map<String, String> drivers = new LinkedHashMap<>();
    final Map<String, String> misspelt = new LinkedHashMap<>();
    final List<RetrySign> retryable = new ArrayList<>();
    final Map<Integer, String> lostThrough = new LinkedHashMap<>();
    ErrorCodes lost = ErrorCodes.NONE;
    ErrorCodes lostForAll = ErrorCodes.NONE;
    ErrorCodes hopeless = ErrorCodes.NONE;
    ErrorCodes full = ErrorCodes.NONE;
    ErrorCodes passing = ErrorCodes.NONE;
    String probe = "select 1";
    boolean setTransactionIsLocal;

    private VendorTable(String... names) {
        this.names = Set.of(names);
    }

    /** Begins a table. The names are those of JDBC URLs, of drivers' packages, and of the product. */
    static VendorTable named(String... names) {
        return new VendorTable(names);
    }

    /** Maven coordinates of the driver for URLs that begin with this name. */
    VendorTable driver(String name, String coordinates) {
        drivers.put(name, coordinates);
        return this;
    }

    /** People also write this in URLs, and mean that name. */
    VendorTable misspelt(String written, String name) {
        misspelt.put(written, name);
        return this;
    }

    /** After these errors a connection is of no use. */
    VendorTable lost(ErrorCodes errors) {
        lost = errors;
        return this;
    }

    /** The same for errors that have this meaning for every vendor: what speaks the same protocol uses them, too. */
    VendorTable lostForAll(ErrorCodes errors) {
        lostForAll = errors;
        return this;
    }

    /** After this code a connection is of no use if an exception of this class is behind it. */
    VendorTable lostThrough(int code, String causeClass) {
        lostThrough.put(code, causeClass);
        return this;
    }

    /** Another try to connect does not help after these errors. */
    VendorTable hopeless(ErrorCodes errors) {
        hopeless = errors;
        return this;
    }

    /** By these errors of a connect the server says that it works, and has no place for one more. */
    VendorTable full(ErrorCodes errors) {
        full = errors;
        return this;
    }

    /** These errors of a statement say "not now" or "not on this server". */
    VendorTable passing(ErrorCodes errors) {
        passing = errors;
        return this;
    }

    /** A transaction that met this error succeeds when it is run again. */
    VendorTable retryable(String state, Integer code) {
        retryable.add(new RetrySign(state, code));
        return this;
    }

    /** A query that any of its databases answers at once. */
    VendorTable probe(String sql) {
        probe = sql;
        return this;
    }

    /** {@code SET TRANSACTION} is about the present transaction only, not about all transactions of the session. */
    VendorTable setTransactionIsLocal() {
        setTransactionIsLocal = true;
        return this;
    }
}
