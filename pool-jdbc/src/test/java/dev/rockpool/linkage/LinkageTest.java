package dev.rockpool.linkage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.PoolConfig;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.testing.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Applications bring their own versions of Kotlin and coroutines, or a framework chooses them. So each class of the
 * library modules is linked with the oldest versions, the newest ones, and those that frameworks manage. The build
 * copies the jars to {@code target/linkage}.
 */
class LinkageTest {
    private static final Path WORLDS = Path.of("target", "linkage");
    private static final List<Class<?>> MODULES = List.of(PoolConfig.class, JdbcConfig.class, FaultProxy.class);

    /** The newest metadata that a Kotlin 1.9 compiler can read. */
    private static final int[] READABLE = {2, 0};

    private static final int JAVA_17 = 61;

    @ParameterizedTest
    @ValueSource(strings = {"oldest", "spring-boot-4", "newest"})
    void everyClassOfTheLibraryCanBeLinkedWith(String versions) {
        World world = World.of(WORLDS.resolve(versions));
        Map<String, byte[]> ours = ours();
        ours.forEach(world::add);
        assertTrue(world.find("kotlinx/coroutines/Job") != null, "no jars of " + versions + ": run the build");

        assertEquals("", problems(new Linker(world), ours));
    }

    /** Each class was compiled against one Kotlin version and may run with another. */
    @ParameterizedTest
    @ValueSource(strings = {"oldest", "spring-boot-4", "newest"})
    void theLoggingLibraryCanBeLinkedWith(String versions) throws Exception {
        World world = World.of(WORLDS.resolve(versions));
        try (Stream<Path> jars = Files.list(WORLDS.resolve(versions))) {
            Path jar = jars.filter(it -> it.getFileName().toString().startsWith("kotlin-logging"))
                    .findFirst()
                    .orElseThrow();
            Map<String, byte[]> classes = World.read(jar);
            classes.keySet().removeIf(it -> it.contains("/coroutines/")); // needs a rare library that is not used here
            assertEquals("", problems(new Linker(world), classes));
        }
    }

    @Test
    void aKotlin19CompilerCanReadEveryClass() {
        List<String> unreadable = new ArrayList<>();
        ours().forEach((name, bytes) -> {
            int[] version = KotlinMetadata.ofClass(bytes);
            if (version != null && isNewer(version)) unreadable.add(name + ": " + version[0] + '.' + version[1]);
            int java = (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
            if (java > JAVA_17) unreadable.add(name + ": class file version " + java);
        });
        assertEquals(List.of(), unreadable);
    }

    @Test
    void aKotlin19CompilerCanReadTheListOfTopLevelFunctions() throws Exception {
        int found = 0;
        for (Class<?> one : MODULES) {
            for (byte[] file : moduleFiles(home(one))) {
                int[] version = KotlinMetadata.ofModule(file);
                assertTrue(!isNewer(version), one + ": " + version[0] + '.' + version[1]);
                found++;
            }
        }
        assertEquals(MODULES.size(), found);
    }

    @Test
    void aCallThatNeedsTheNewestCoroutinesIsDetected() {
        byte[] caller = caller(
                "kotlinx/coroutines/Job",
                "cancel$default",
                "(Lkotlinx/coroutines/Job;Ljava/util/concurrent/CancellationException;ILjava/lang/Object;)V",
                true);

        assertEquals(List.of(), linked(caller, "newest"));
        for (String older : List.of("oldest", "spring-boot-4")) {
            assertEquals(1, linked(caller, older).size());
            assertTrue(linked(caller, older).get(0).startsWith("it does not exist: kotlinx.coroutines.Job.cancel"));
        }
    }

    @Test
    void aClassThatNeedsTheNewestKotlinIsDetected() {
        byte[] caller = caller("kotlin/time/Clock$System", "now", "()Lkotlin/time/Instant;", false);

        assertEquals(
                List.of(),
                linked(caller, "newest").stream()
                        .filter(it -> it.contains("no class"))
                        .toList());
        assertEquals(
                List.of("there is no class kotlin.time.Clock$System", "there is no class kotlin.time.Instant"),
                linked(caller, "oldest"));
    }

    @Test
    void anUnimplementedMethodIsDetected() {
        ClassWriter dispatcher = new ClassWriter(0);
        dispatcher.visit(
                JAVA_17, Opcodes.ACC_PUBLIC, "Planted", null, "kotlinx/coroutines/CoroutineDispatcher", new String[0]);
        dispatcher.visitEnd();

        List<String> problems = linked(dispatcher.toByteArray(), "oldest");

        assertEquals(1, problems.size());
        assertTrue(
                problems.get(0).startsWith("it does not implement: kotlinx.coroutines.CoroutineDispatcher.dispatch"));
    }

    private static byte[] caller(String owner, String name, String descriptor, boolean onInterface) {
        ClassWriter type = new ClassWriter(0);
        type.visit(JAVA_17, Opcodes.ACC_PUBLIC, "Planted", null, "java/lang/Object", new String[0]);
        MethodVisitor method = type.visitMethod(Opcodes.ACC_STATIC, "call", "()V", null, null);
        method.visitCode();
        method.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, onInterface);
        method.visitInsn(Opcodes.RETURN);
        method.visitEnd();
        type.visitEnd();
        return type.toByteArray();
    }

    private static List<String> linked(byte[] planted, String versions) {
        World world = World.of(WORLDS.resolve(versions));
        world.add("Planted", planted);
        return new Linker(world).problems(planted);
    }

    private static String problems(Linker linker, Map<String, byte[]> classes) {
        StringBuilder all = new StringBuilder();
        new TreeMap<>(classes).forEach((name, bytes) -> linker.problems(bytes)
                .forEach(
                        problem -> all.append(name).append(": ").append(problem).append('\n')));
        return all.toString();
    }

    private static Map<String, byte[]> ours() {
        Map<String, byte[]> all = new TreeMap<>();
        for (Class<?> one : MODULES) all.putAll(World.read(home(one)));
        return all;
    }

    private static Path home(Class<?> one) {
        return Path.of(URI.create(
                one.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    /** From a directory or a jar, depending on the phase of the reactor. */
    private static List<byte[]> moduleFiles(Path home) throws IOException {
        if (Files.isDirectory(home)) return moduleFilesBelow(home);
        try (FileSystem jar = FileSystems.newFileSystem(home)) {
            return moduleFilesBelow(jar.getPath("/"));
        }
    }

    private static List<byte[]> moduleFilesBelow(Path root) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve("META-INF"), "*.kotlin_module")) {
            for (Path file : files) contents.add(Files.readAllBytes(file));
        }
        return contents;
    }

    private static boolean isNewer(int[] version) {
        return version[0] > READABLE[0] || version[0] == READABLE[0] && version[1] > READABLE[1];
    }
}
