package dev.rockpool.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kotlin.time.Duration;
import kotlin.time.DurationUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Java code sees only plain names and types that Java knows. Everything else for Kotlin callers is
 * {@code @JvmSynthetic}. {@link JavaCounterpartsTest} checks that Java has counterparts.
 */
class JavaNamesTest {
    private static final Pattern KOTLIN_ONLY = Pattern.compile("kotlin\\.time\\.|kotlin\\.Result|kotlin\\.coroutines\\."
            + "|kotlin\\.jvm\\.functions\\.|kotlin\\.Function|kotlin\\.Unit");

    @ParameterizedTest
    @EnumSource
    void javaSeesPlainNamesAndTypesThatItKnows(Module module) {
        List<Class<?>> all = module.publicClasses();
        assertFalse(all.isEmpty());
        List<String> wrong = all.stream()
                .filter(PublicClasses::isPublicToKotlin)
                .flatMap(JavaNamesTest::wrongIn)
                .toList();
        assertEquals(List.of(), wrong);
    }

    /** Only Spring Boot loads its package. The tools in rockpool-testing have their own packages. */
    @ParameterizedTest
    @EnumSource
    void javaCannotCallWhatKotlinKeepsToItself(Module module) {
        List<String> callable = module.publicClasses().stream()
                .filter(type -> !type.getPackageName().matches(".*\\.(spring|chaos|simulation|testing)"))
                .flatMap(type -> own(type)
                        .filter(Method.class::isInstance)
                        .map(Method.class::cast)
                        .filter(method -> PublicClasses.isFile(type)
                                ? !PublicClasses.isPublicInFile(method)
                                : !PublicClasses.isPublicToKotlin(type)))
                .map(Object::toString)
                .toList();
        assertEquals(List.of(), callable);
    }

    @Test
    void theseRulesFindViolations() {
        List<String> wrong = wrongIn(Wrong.class).toList();
        assertEquals(4, wrong.size(), wrong.toString());
        assertTrue(wrong.get(0).contains("kotlin.time.DurationUnit"), wrong.toString());
        assertTrue(wrong.stream().anyMatch(it -> it.contains("name$rockpool")), wrong.toString());
    }

    /** Kotlin declarations that break the rules. */
    @SuppressWarnings("unused")
    public static final class Wrong implements Comparable<Wrong> {
        public static final Duration ZERO = null;

        public Wrong(DurationUnit unit) {}

        public List<Duration> timers() {
            return List.of();
        }

        public String name$rockpool() {
            return "";
        }

        @Override
        public int compareTo(Wrong other) {
            return 0;
        }
    }

    private static Stream<String> wrongIn(Class<?> type) {
        return own(type)
                .filter(member -> !PublicClasses.isFile(type)
                        || member instanceof Method method && PublicClasses.isPublicInFile(method))
                .filter(member ->
                        member instanceof Method method && method.getName().matches(".*[-$].*")
                                || typesOf(member).anyMatch(it -> KOTLIN_ONLY
                                        .matcher(it.getTypeName())
                                        .find()))
                .map(Object::toString);
    }

    /** The members that a class declares and Java can use, except those required by supertypes of other libraries. */
    private static Stream<Member> own(Class<?> type) {
        List<Member> all = new ArrayList<>();
        all.addAll(Arrays.asList(type.getDeclaredConstructors()));
        all.addAll(Arrays.asList(type.getDeclaredFields()));
        all.addAll(Arrays.asList(type.getDeclaredMethods()));
        return all.stream()
                .filter(PublicClasses::isVisible)
                .filter(member -> !(member instanceof Method method && Supertypes.ofOthersDeclare(type, method)));
    }

    private static Stream<Type> typesOf(Member member) {
        if (member instanceof Field field) return Stream.of(field.getGenericType());
        Executable executable = (Executable) member;
        Stream<Type> parameters = Arrays.stream(executable.getGenericParameterTypes());
        return executable instanceof Method method
                ? Stream.concat(parameters, Stream.of(method.getGenericReturnType()))
                : parameters;
    }
}
