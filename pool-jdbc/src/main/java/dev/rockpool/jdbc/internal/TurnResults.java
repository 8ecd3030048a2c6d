package dev.rockpool.jdbc.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;

/** A result set that keeps the turn to write until it was read to its end, or closed. */
final class TurnResults implements InvocationHandler {
    private final ResultSet driver;
    private final PhysicalConnection.Step whenDone;
    private volatile boolean done;

    TurnResults(ResultSet driver, PhysicalConnection.Step whenDone) {
        this.driver = driver;
        this.whenDone = whenDone;
    }

    ResultSet proxy() {
        return TurnProxies.of(ResultSet.class, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        Object result = TurnProxies.objectCall(proxy, driver, method, args);
        String name = method.getName();
        if (!done && (name.equals("close") || name.equals("next") && !((Boolean) result))) {
            done = true;
            whenDone.run();
        }
        return result;
    }
}
