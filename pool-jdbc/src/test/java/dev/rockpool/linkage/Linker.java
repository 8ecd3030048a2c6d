package dev.rockpool.linkage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Opcodes;

/**
 * Resolves every reference of a class as a JVM would when that line first runs, and reports what would fail:
 * {@code NoClassDefFoundError}, {@code NoSuchMethodError}, {@code IncompatibleClassChangeError},
 * {@code AbstractMethodError} and similar errors.
 *
 * <p>Only references to the checked libraries, this project and the JDK are checked. If a hierarchy continues in
 * another library, nothing is reported.
 */
final class Linker {
    private static final List<String> CHECKED =
            List.of("kotlin/", "kotlinx/", "io/github/oshai/", "org/slf4j/", "dev/rockpool/", "java/");

    /** Classes whose methods take any arguments, which no class file declares. */
    private static final Set<String> POLYMORPHIC =
            Set.of("java/lang/invoke/MethodHandle", "java/lang/invoke/VarHandle");

    private final World world;

    Linker(World world) {
        this.world = world;
    }

    /** What would fail in this class, one line each; empty if it can be linked. */
    List<String> problems(byte[] classFile) {
        List<String> problems = new ArrayList<>();
        ClassSummary user = ClassSummary.of(classFile);
        References references = References.of(classFile);
        for (String type : references.types)
            if (isChecked(type) && world.find(type) == null)
                problems.add("there is no class " + type.replace('/', '.'));
        for (References.Member member : references.members) {
            String problem = problem(user, member);
            if (problem != null) problems.add(problem + ": " + member);
        }
        inherit(user, problems);
        return problems;
    }

    private String problem(ClassSummary user, References.Member use) {
        ClassSummary owner = world.find(use.owner());
        if (owner == null || POLYMORPHIC.contains(use.owner())) return null; // a missing class was already reported
        if (!use.field() && owner.is(Opcodes.ACC_INTERFACE) != use.onInterface())
            return owner.is(Opcodes.ACC_INTERFACE) ? "its owner is an interface" : "its owner is no interface";
        String key = use.field() ? use.name() + ':' + use.descriptor() : use.name() + use.descriptor();
        Hierarchy hierarchy = hierarchy(owner);
        for (ClassSummary type : hierarchy.types) {
            Integer access = (use.field() ? type.fields : type.methods).get(key);
            if (access == null) continue;
            if (((access & Opcodes.ACC_STATIC) != 0) != use.isStatic()) return "static on one side only";
            return isAccessible(user, type, access) ? null : "it is not accessible";
        }
        return hierarchy.complete ? "it does not exist" : null;
    }

    /** Within one package the compiler has checked it. */
    private static boolean isAccessible(ClassSummary user, ClassSummary owner, int access) {
        return user.packageName().equals(owner.packageName())
                || (access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
    }

    private void inherit(ClassSummary type, List<String> problems) {
        Hierarchy hierarchy = hierarchy(type);
        for (ClassSummary above : hierarchy.types) {
            if (above == type || isOurs(above)) continue;
            if (above.name.equals(type.superName) && above.is(Opcodes.ACC_FINAL))
                problems.add("its superclass is final: " + above.name.replace('/', '.'));
            above.methods.forEach((method, access) -> {
                boolean overrides = type.methods.containsKey(method) && !method.startsWith("<");
                if (overrides && (access & Opcodes.ACC_FINAL) != 0 && isAccessible(type, above, access))
                    problems.add("it overrides what is final: " + above.name.replace('/', '.') + '.' + method);
            });
        }
        if (type.is(Opcodes.ACC_ABSTRACT) || !hierarchy.complete) return;
        for (ClassSummary above : hierarchy.types)
            above.methods.forEach((method, access) -> {
                boolean open = (access & Opcodes.ACC_ABSTRACT) != 0;
                if (open && isChecked(above.name) && !isImplemented(hierarchy, method))
                    problems.add("it does not implement: " + above.name.replace('/', '.') + '.' + method);
            });
    }

    private static boolean isImplemented(Hierarchy hierarchy, String method) {
        return hierarchy.types.stream()
                .map(type -> type.methods.get(method))
                .anyMatch(access -> access != null && (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_STATIC)) == 0);
    }

    /** A type and its supertypes, nearest first, classes before interfaces. Complete if this world has them all. */
    private record Hierarchy(Set<ClassSummary> types, boolean complete) {}

    private Hierarchy hierarchy(ClassSummary type) {
        Set<ClassSummary> found = new LinkedHashSet<>();
        Set<String> seen = new HashSet<>();
        boolean complete = true;
        for (ClassSummary next = type; next != null; ) {
            found.add(next);
            if (next.superName == null) break;
            ClassSummary above = world.find(next.superName);
            complete &= above != null;
            next = above;
        }
        for (ClassSummary each : List.copyOf(found)) complete &= interfaces(each, found, seen);
        return new Hierarchy(found, complete);
    }

    private boolean interfaces(ClassSummary type, Set<ClassSummary> found, Set<String> seen) {
        boolean complete = true;
        for (String name : type.interfaces) {
            if (!seen.add(name)) continue;
            ClassSummary each = world.find(name);
            if (each == null) {
                complete = false;
                continue;
            }
            found.add(each);
            complete &= interfaces(each, found, seen);
        }
        return complete;
    }

    private static boolean isChecked(String type) {
        return CHECKED.stream().anyMatch(type::startsWith);
    }

    private static boolean isOurs(ClassSummary type) {
        return type.name.startsWith("dev/rockpool/");
    }
}
