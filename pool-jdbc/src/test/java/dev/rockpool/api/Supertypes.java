package dev.rockpool.api;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** The supertypes of a class. */
final class Supertypes {
    private Supertypes() {}

    /** The class and all its supertypes. */
    static Set<Class<?>> of(Class<?> type) {
        Set<Class<?>> found = new LinkedHashSet<>();
        add(type, found);
        return found;
    }

    /** Whether this method exists because a supertype outside Rockpool declares it. */
    static boolean ofOthersDeclare(Class<?> type, Method method) {
        return of(type).stream()
                .filter(it -> !it.getName().startsWith("dev.rockpool."))
                .flatMap(it -> Arrays.stream(it.getDeclaredMethods()))
                .anyMatch(it ->
                        it.getName().equals(method.getName()) && it.getParameterCount() == method.getParameterCount());
    }

    private static void add(Class<?> type, Set<Class<?>> found) {
        if (type == null || !found.add(type)) return;
        add(type.getSuperclass(), found);
        for (Class<?> above : type.getInterfaces()) add(above, found);
    }
}
