package dev.rockpool.jdbc.internal.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.MethodsKt;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The statement that a batched call gets. */
class BindingTest {
    private static final ClassLoader LOADER = BindingTest.class.getClassLoader();

    private final List<String> reached = new ArrayList<>();
    private final PreparedStatement target = (PreparedStatement)
            Proxy.newProxyInstance(LOADER, new Class<?>[] {PreparedStatement.class}, (p, method, a) -> {
                reached.add(method.getName() + " " + a[0]);
                return null;
            });
    private final PreparedStatement second = Binding.copy(target, 1, 3);

    @Test
    void everySetterSetsTheParameterOfItsOwnCopy() throws Exception {
        for (Method method : methods()) {
            if (!isSetter(method)) continue;
            reached.clear();
            Object[] arguments = argumentsOf(method);
            arguments[0] = 2;
            method.invoke(second, arguments);
            assertEquals(List.of(method.getName() + " 5"), reached, method::toString);
        }
    }

    @Test
    void everyOtherMethodIsRefused() {
        int refused = 0;
        for (Method method : methods()) {
            boolean allowed = method.getName().matches("enquote.*|isSimpleIdentifier|getConnection|isClosed");
            boolean refuses = List.of(method.getExceptionTypes()).contains(SQLException.class);
            if (isSetter(method) || allowed || !refuses) continue;
            var e = assertThrows(
                    InvocationTargetException.class,
                    () -> method.invoke(second, argumentsOf(method)),
                    method::toString);
            var cause = assertThrows(SQLFeatureNotSupportedException.class, () -> {
                throw e.getCause();
            });
            assertTrue(cause.getMessage().startsWith(method.getName() + " cannot be called"), cause.getMessage());
            refused++;
        }
        assertTrue(refused > 50, refused + " methods");
        assertEquals(List.of(), reached);
    }

    @Test
    void aParameterBeyondTheStatementIsAnError() {
        for (int index : new int[] {0, 4}) {
            var e = assertThrows(SQLException.class, () -> second.setInt(index, 7));
            assertEquals("parameter " + index + " is set, but the statement has 3", e.getMessage());
        }
    }

    private static List<Method> methods() {
        return MethodsKt.everyMethodOf(PreparedStatement.class);
    }

    private static boolean isSetter(Method method) {
        return method.getName().startsWith("set")
                && method.getParameterCount() >= 2
                && method.getParameterTypes()[0] == int.class;
    }

    private static Object[] argumentsOf(Method method) {
        return MethodsKt.argumentsOf(method);
    }
}
