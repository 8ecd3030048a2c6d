package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;

/** A result set that keeps the write lock until it was read to its end or closed. */
final class WriteLockingResults implements InvocationHandler {
    private final ResultSet driver;
    private final PhysicalConnection.Step whenDone;
    private volatile boolean done;

    WriteLockingResults(ResultSet driver, PhysicalConnection.Step whenDone) {
        this.driver = driver;
        this.whenDone = whenDone;
    }

    ResultSet proxy() {
        return WriteLockingProxies.of(ResultSet.class, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        Object result = WriteLockingProxies.objectCall(proxy, driver, method, args);
        String name = method.getName();
        if (!done && (name.equals("close") || name.equals("next") && !((Boolean) result))) {
            done = true;
            whenDone.run();
        }
        return result;
    }
}
