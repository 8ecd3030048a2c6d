package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.rockpool.Pool;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools in applications that a container starts and stops, each with a class loader of its own. */
class ContainerTest {
    /** The container's threads, which outlive each application. */
    private static final ExecutorService THREADS = Executors.newSingleThreadExecutor();

    @TempDir
    private Path folder;

    @BeforeAll
    static void driversHaveBeenLoadedForTheContainer() throws Exception {
        assertNotNull(DriverManager.getDriver("jdbc:h2:mem:"));
        THREADS.submit(() -> {}).get(); // begins the thread, without an application's class loader
    }

    @AfterAll
    static void stop() {
        THREADS.shutdown();
    }

    @Test
    void thePoolFindsTheDriverOfALaterApplicationAndKeepsNoneOfItsClasses() throws Exception {
        WeakReference<ClassLoader> stopped = new WeakReference<>(stoppedApplication());
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (stopped.get() != null && System.nanoTime() < limit) {
            TimeUnit.MILLISECONDS.sleep(400); // until its threads have ended
            System.gc();
        }
        assertNull(stopped.get(), "the class loader is still reachable");
    }

    private ClassLoader stoppedApplication() throws Exception {
        try (URLClassLoader loader = newLoader()) {
            assertSame(loader, run(loader), "who loaded the pool");
            return loader;
        }
    }

    private static ClassLoader run(ClassLoader loader) throws Exception {
        Class<?> app = loader.loadClass(ContainerApp.class.getName());
        Callable<?> main = (Callable<?>) app.getDeclaredConstructor().newInstance();
        return (ClassLoader) THREADS.submit(() -> {
                    Thread thread = Thread.currentThread();
                    ClassLoader own = thread.getContextClassLoader();
                    thread.setContextClassLoader(loader);
                    try {
                        return main.call();
                    } finally {
                        thread.setContextClassLoader(own);
                    }
                })
                .get();
    }

    /** The services of the application are in a folder of its own, so that no other class loader sees them. */
    private URLClassLoader newLoader() throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(Driver.class.getName()), ContainerApp.LateDriver.class.getName());
        Stream<URL> places = Stream.of(
                        ContainerApp.class,
                        RockpoolDataSource.class,
                        Pool.class,
                        kotlin.Unit.class,
                        kotlinx.coroutines.Job.class,
                        kotlinx.serialization.KSerializer.class,
                        kotlinx.serialization.json.Json.class,
                        io.github.oshai.kotlinlogging.KLogger.class,
                        org.slf4j.Logger.class,
                        org.slf4j.simple.SimpleLogger.class,
                        org.h2.Driver.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .distinct();
        URL[] all = Stream.concat(Stream.of(folder.toUri().toURL()), places).toArray(URL[]::new);
        return new URLClassLoader("application", all, ClassLoader.getPlatformClassLoader());
    }
}
