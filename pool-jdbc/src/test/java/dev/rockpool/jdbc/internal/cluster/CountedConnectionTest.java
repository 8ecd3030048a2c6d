package dev.rockpool.jdbc.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.ShardMap;
import dev.rockpool.internal.shard.ShardGate;
import dev.rockpool.jdbc.MethodsKt;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A leased connection of a shard. */
class CountedConnectionTest {
    private static final ClassLoader LOADER = CountedConnectionTest.class.getClassLoader();

    private final ShardGate gate = new ShardGate(ShardMap.of("a"));
    private final Set<CountedConnection> open = new HashSet<>();
    private String reached;

    private Connection counted(SQLException failure) {
        var leased = (Connection) Proxy.newProxyInstance(LOADER, new Class<?>[] {Connection.class}, (p, method, a) -> {
            reached = method.toString();
            if (failure != null) throw failure;
            return MethodsKt.nothing(method.getReturnType());
        });
        return new CountedConnection(leased, gate.tryEnter(0, null), open);
    }

    @Test
    void everyMethodReachesTheLeasedConnection() throws Exception {
        int methods = 0;
        for (Method method : MethodsKt.everyMethodOf(Connection.class)) {
            if (method.getName().matches("enquote.*|isSimpleIdentifier|unwrap|isWrapperFor")) continue;
            method.invoke(counted(null), MethodsKt.argumentsOf(method));
            assertEquals(method.toString(), reached);
            methods++;
        }
        assertTrue(methods > 40, methods + " methods");
    }

    @Test
    void whatTheLeasedConnectionThrowsIsThrown() {
        var failure = new SQLException("of the lease");
        for (Method method : MethodsKt.everyMethodOf(Connection.class)) {
            if (method.getName().matches("enquote.*|isSimpleIdentifier|unwrap|isWrapperFor")
                    || method.getExceptionTypes().length == 0
                    || method.getExceptionTypes()[0] != SQLException.class) continue;
            var e = assertThrows(
                    InvocationTargetException.class,
                    () -> method.invoke(counted(failure), MethodsKt.argumentsOf(method)),
                    method::toString);
            assertSame(failure, e.getCause(), method::toString);
        }
    }

    @Test
    void itCountsUntilItIsClosedEvenIfThatFails() {
        Connection connection = counted(new SQLException("cannot"));
        assertEquals(Set.of(connection), open);
        assertThrows(SQLException.class, connection::close);
        assertEquals(Set.of(), open);
    }
}
