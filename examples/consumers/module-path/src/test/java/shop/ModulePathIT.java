package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModulePathIT {
    private static final Path LIBRARIES = Path.of("target/modules");

    @Test
    void everyJarHasItsModuleName() {
        var names = ModuleFinder.of(LIBRARIES).findAll().stream()
                .map(module -> module.descriptor().name())
                .filter(name -> name.startsWith("dev.rockpool"))
                .sorted()
                .toList();
        assertEquals(
                List.of("dev.rockpool", "dev.rockpool.dashboard", "dev.rockpool.jdbc", "dev.rockpool.testing"), names);
    }

    @Test
    void theApplicationRunsOnTheModulePath(@TempDir Path directory) throws Exception {
        var output = directory.resolve("output").toFile();
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var modules = LIBRARIES + File.pathSeparator + "target/shop-1.jar";
        var process = new ProcessBuilder(java, "-p", modules, "--add-modules", "ALL-MODULE-PATH", "-m", "shop/shop.Shop")
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the application did not end in time");
        } finally {
            Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
        }
        var lines = Files.readAllLines(output.toPath());
        assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
        assertTrue(
                lines.containsAll(List.of("answer: 42", "timeout", "module: dev.rockpool.jdbc")),
                () -> String.join("\n", lines));
        assertTrue(lines.stream().anyMatch(line -> line.contains("WARN dev.rockpool")), "the pool's warning is not logged");
    }
}
