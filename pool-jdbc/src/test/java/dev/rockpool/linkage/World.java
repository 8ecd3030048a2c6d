package dev.rockpool.linkage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** A class path as a user may have it: our classes, one version of each library, and the JDK that runs the test. */
final class World {
    private static final Map<Path, Map<String, byte[]>> JARS = new ConcurrentHashMap<>();

    private final Map<String, byte[]> bytes = new HashMap<>();
    private final Map<String, Optional<ClassSummary>> summaries = new HashMap<>();

    /** Creates a world with the jars in this directory. */
    static World of(Path jars) {
        World world = new World();
        try (Stream<Path> files = Files.list(jars)) {
            files.forEach(jar -> JARS.computeIfAbsent(jar, World::readJar).forEach(world::add));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return world;
    }

    void add(String name, byte[] classFile) {
        bytes.put(name, classFile);
    }

    /** Finds a class; null if this world has no such class. */
    ClassSummary find(String name) {
        return summaries.computeIfAbsent(name, this::load).orElse(null);
    }

    private Optional<ClassSummary> load(String name) {
        byte[] known = bytes.get(name);
        return (known != null ? Optional.of(known) : ofJdk(name)).map(ClassSummary::of);
    }

    private static Optional<byte[]> ofJdk(String name) {
        if (!name.startsWith("java/") && !name.startsWith("javax/")) return Optional.empty();
        try (InputStream in = ClassLoader.getPlatformClassLoader().getResourceAsStream(name + ".class")) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The class files of a jar or of a directory, by internal name. */
    static Map<String, byte[]> read(Path place) {
        return Files.isDirectory(place) ? readDirectory(place) : readJar(place);
    }

    private static Map<String, byte[]> readJar(Path file) {
        Map<String, byte[]> classes = new HashMap<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (var entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (!isClass(entry.getName())) continue;
                try (InputStream in = jar.getInputStream(entry)) {
                    classes.put(internalName(entry.getName()), in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classes;
    }

    private static Map<String, byte[]> readDirectory(Path root) {
        Map<String, byte[]> classes = new HashMap<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String path = root.relativize(file).toString().replace('\\', '/');
                    if (isClass(path)) classes.put(internalName(path), Files.readAllBytes(file));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classes;
    }

    private static boolean isClass(String path) {
        return path.endsWith(".class") && !path.endsWith("module-info.class") && !path.startsWith("META-INF/");
    }

    private static String internalName(String path) {
        return path.substring(0, path.length() - ".class".length());
    }
}
