package dev.rockpool.jdbc.internal.sqlite;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** The common part of the proxies around the driver's objects. */
final class WriteLockingProxies {
    private WriteLockingProxies() {}

    static <T> T of(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(WriteLockingProxies.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Passes a call to the driver's object unchanged, unless it concerns the proxy itself. */
    static Object objectCall(Object proxy, Object driver, Method method, Object[] args) throws Throwable {
        switch (method.getName()) {
            case "equals":
                return proxy == args[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            case "isWrapperFor":
                if (((Class<?>) args[0]).isInstance(driver)) return true;
                break;
            case "unwrap":
                if (((Class<?>) args[0]).isInstance(driver)) return driver;
                break;
            default:
        }
        return call(driver, method, args);
    }

    static Object call(Object driver, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(driver, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
