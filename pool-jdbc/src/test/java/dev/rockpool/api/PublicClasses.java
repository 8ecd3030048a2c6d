package dev.rockpool.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kotlin.Metadata;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KVisibility;

/** The classes of one module that users can name: public, and not in a package called {@code internal}. */
final class PublicClasses {
    private static final int FILE = 2;

    private PublicClasses() {}

    /**
     * The classes of the module that has this class, by name, including those that only Kotlin knows to be internal.
     */
    static List<Class<?>> beside(Class<?> one) {
        URI place = placeOf(one);
        if (place.getPath().endsWith("/")) return in(Path.of(place));
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(place), Map.of())) {
            return in(jar.getPath("/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static URI placeOf(Class<?> one) {
        try {
            return one.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the class holds the top-level functions of a Kotlin file. */
    static boolean isFile(Class<?> type) {
        Metadata metadata = type.getAnnotation(Metadata.class);
        return metadata != null && metadata.k() == FILE;
    }

    /** Whether the class and all its outer classes are public in Kotlin too. */
    static boolean isPublicToKotlin(Class<?> type) {
        if (isFile(type)) return true;
        for (Class<?> t = type; t != null; t = t.getEnclosingClass())
            if (JvmClassMappingKt.getKotlinClass(t).getVisibility() != KVisibility.PUBLIC) return false;
        return true;
    }

    /** Whether the functions of this file can be called from outside the module, according to the API dump. */
    static boolean isPublicInFile(Method method) {
        String type = "class " + method.getDeclaringClass().getName().replace('.', '/') + " ";
        for (Module module : Module.values()) {
            String dump = module.dump();
            int begin = dump.indexOf(type);
            if (begin < 0) continue;
            return dump.substring(begin, dump.indexOf("}", begin)).contains("fun " + method.getName() + " (");
        }
        return false;
    }

    static boolean isVisible(Member member) {
        int modifiers = member.getModifiers();
        return !member.isSynthetic() && (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers));
    }

    private static List<Class<?>> in(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.startsWith("dev/rockpool/") && file.endsWith(".class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> !name.contains(".internal.") && !name.endsWith("package-info"))
                    .sorted()
                    .<Class<?>>flatMap(name -> publicClass(name).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Class<?>> publicClass(String name) {
        try {
            Class<?> type = Class.forName(name, false, PublicClasses.class.getClassLoader());
            return isPublic(type) ? Optional.of(type) : Optional.empty();
        } catch (ClassNotFoundException | LinkageError e) {
            throw new AssertionError(
                    name + " cannot be loaded; is it left over from an older build? Try: mvn clean", e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        if (type.isAnonymousClass() || type.isLocalClass()) return false;
        for (Class<?> t = type; t != null; t = t.getEnclosingClass())
            if (t.isSynthetic() || !Modifier.isPublic(t.getModifiers())) return false;
        return true;
    }
}
