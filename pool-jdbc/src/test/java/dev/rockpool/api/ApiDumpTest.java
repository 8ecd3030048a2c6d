package dev.rockpool.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import kotlin.collections.CollectionsKt;
import kotlinx.validation.api.ClassBinarySignature;
import kotlinx.validation.api.KotlinSignaturesLoadingKt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The public API of each module equals its dump ({@code pool/api/rockpool.api} and so on). So no change happens by
 * accident, and reviews see each change.
 */
class ApiDumpTest {
    private static final String UPDATE =
            "mvn -pl pool-jdbc/tests -am test -Dtest=ApiDumpTest -Dsurefire.failIfNoSpecifiedTests=false -Dapi.update=true";

    @ParameterizedTest
    @EnumSource
    void theApiIsWhatItsDumpSays(Module module) throws IOException {
        Path file = module.dumpFile();
        List<String> now = dump(module).lines().toList();
        if (Boolean.getBoolean("api.update")) {
            Files.createDirectories(file.getParent());
            Files.write(file, now);
        }
        List<String> then = Files.exists(file) ? Files.readAllLines(file) : List.of();
        assertTrue(now.equals(then), () -> difference(module, then, now));
    }

    @Test
    void aDumpHasExactlyThePublicApi() throws IOException {
        String dump = dump(Module.POOL);
        assertTrue(dump.contains("fun getAcquireTimeout ()Ljava/time/Duration;"), dump);
        assertTrue(!dump.contains("dev/rockpool/internal/core/Slot "), dump);
        assertTrue(!dump.contains("class dev/rockpool/ConfigJson "), dump);
    }

    private static String difference(Module module, List<String> then, List<String> now) {
        List<String> lines = new ArrayList<>();
        lines.add("the public API of " + module.artifact + " is not what its dump says:");
        then.stream().filter(line -> !now.contains(line)).forEach(line -> lines.add("- " + line.strip()));
        now.stream().filter(line -> !then.contains(line)).forEach(line -> lines.add("+ " + line.strip()));
        lines.add("If that is what you want, update the dump and commit it: " + UPDATE);
        return String.join(System.lineSeparator(), lines);
    }

    private static String dump(Module module) throws IOException {
        URI place = PublicClasses.placeOf(module.one);
        List<ClassBinarySignature> all;
        if (place.getPath().endsWith("/")) {
            all = KotlinSignaturesLoadingKt.loadApiFromJvmClasses(
                    CollectionsKt.asSequence(classesIn(Path.of(place))), name -> true);
        } else {
            try (JarFile jar = new JarFile(new File(place))) {
                all = KotlinSignaturesLoadingKt.loadApiFromJvmClasses(jar, name -> true);
            }
        }
        List<String> internal =
                List.of("dev.rockpool.internal", "dev.rockpool.dashboard.internal", "dev.rockpool.jdbc.internal");
        List<ClassBinarySignature> api = KotlinSignaturesLoadingKt.filterOutNonPublic(all, internal, List.of());
        return KotlinSignaturesLoadingKt.dump(api, new StringBuilder()).toString();
    }

    private static List<InputStream> classesIn(Path directory) throws IOException {
        List<InputStream> classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith(".class")).toList())
                classes.add(new ByteArrayInputStream(Files.readAllBytes(file)));
        }
        return classes;
    }
}
