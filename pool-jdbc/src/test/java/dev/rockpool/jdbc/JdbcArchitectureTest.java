package dev.rockpool.jdbc;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads the compiled classes: each package of the inside only knows those below it. */
class JdbcArchitectureTest {
    private static final String INTERNAL = "dev.rockpool.jdbc.internal.";
    private static final String SLOT = "dev.rockpool.internal.core.slot.Slot";
    private static final String WAITER = "dev.rockpool.internal.core.queue.Waiter";

    /** What each package may know of the others. */
    private static final Map<String, List<String>> BELOW = Map.ofEntries(
            Map.entry("vendor", List.of()),
            Map.entry("errors", List.of("vendor")),
            Map.entry("connection", List.of("vendor", "errors")),
            Map.entry("batch", List.of("vendor", "connect", "connection", "errors")),
            Map.entry("budget", List.of()),
            Map.entry("flight", List.of()),
            Map.entry("metrics", List.of()),
            Map.entry("cancel", List.of("vendor", "connection", "errors")),
            Map.entry("postgres", List.of("vendor", "connection", "errors")),
            Map.entry("sqlite", List.of("vendor", "connection", "errors")),
            Map.entry("connect", List.of("vendor", "postgres", "sqlite", "connection", "errors")),
            Map.entry("cluster", List.of("vendor", "connect", "postgres", "connection", "errors")),
            Map.entry("dispatch", List.of("vendor", "cancel", "connection", "errors")),
            Map.entry("transaction", List.of("vendor", "dispatch", "cancel", "connection", "errors")),
            Map.entry("config", List.of("vendor", "connect", "dispatch", "sqlite", "errors")),
            Map.entry("files", List.of("vendor", "config", "errors")));

    /** All that this module may know of the pool's engine and core. */
    private static final Set<String> OF_THE_POOL = Set.of(
            "dev.rockpool.internal.engine.Engine",
            "dev.rockpool.internal.core.slot.Preference",
            "dev.rockpool.internal.engine.EngineCallers",
            "dev.rockpool.internal.engine.EngineQueue",
            "dev.rockpool.internal.engine.acquire.PrepareAttempts",
            SLOT,
            WAITER);

    /** What a module that builds on the pool may ask of a slot: what the holder of a lease knows. It changes no slot. */
    private static final Set<String> OF_A_SLOT =
            Set.of("connection", "number", "granted", "ticket", "isHeldBy", "endOf");

    /** What a waiter says of itself, and what it is asked. Nothing here decides it. */
    private static final Set<String> OF_A_WAITER =
            Set.of("<init>", "since", "isDecided", "slot", "ticket", "parks", "holder", "wake");

    /** The public classes that put a pool together. The inside knows only the settings and the functions of users. */
    private static final Set<String> ENTRY = Set.of(
            "dev.rockpool.jdbc.JdbcPool",
            "dev.rockpool.jdbc.JdbcCluster",
            "dev.rockpool.jdbc.ClusterDataSource",
            "dev.rockpool.jdbc.ClusterPools",
            "dev.rockpool.jdbc.ClusterRouting",
            "dev.rockpool.jdbc.RockpoolDataSource",
            "dev.rockpool.jdbc.Running",
            "dev.rockpool.jdbc.BeanSettings",
            "dev.rockpool.jdbc.HikariProperties");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.rockpool.jdbc");
    }

    @Test
    void everyPackageHasItsPlace() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : classes) if (type.getPackageName().startsWith(INTERNAL)) found.add(roomOf(type));
        assertEquals(new TreeSet<>(BELOW.keySet()), found);
    }

    @Test
    void packagesOfTheInsideHaveNoCycles() {
        slices().matching(INTERNAL + "(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void packagesKnowOnlyThoseBelow() {
        BELOW.forEach((room, below) -> noClasses()
                .that()
                .resideInAPackage(INTERNAL + room + "..")
                .should()
                .dependOnClassesThat(describe(
                        "stand above " + room,
                        (JavaClass type) -> type.getPackageName().startsWith(INTERNAL)
                                && !roomOf(type).equals(room)
                                && !below.contains(roomOf(type))))
                .check(classes));
    }

    @Test
    void eachPackageHasOneLanguageButForWhatSuspends() {
        Map<String, Set<String>> kotlin = new TreeMap<>();
        Set<String> java = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!type.getPackageName().startsWith(INTERNAL)) continue;
            String file = type.getName().split("\\$")[0];
            if (type.isAnnotatedWith("kotlin.Metadata"))
                kotlin.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                        .add(file);
            else if (!type.getSimpleName().equals("package-info")) java.add(type.getPackageName());
        }
        kotlin.keySet().retainAll(java);
        assertEquals(Map.of(INTERNAL + "connect", Set.of(INTERNAL + "connect.JdbcConnectionFactory")), kotlin);
    }

    @Test
    void theInsideDoesNotKnowTheEntryClasses() {
        noClasses()
                .that()
                .resideInAPackage("dev.rockpool.jdbc.internal..")
                .should()
                .dependOnClassesThat(describe(
                        "put a pool together",
                        (JavaClass type) -> ENTRY.contains(type.getName().split("\\$")[0])))
                .check(classes);
    }

    @Test
    void thePoolIsSeenThroughFewOfItsClasses() {
        Set<String> seen = new TreeSet<>();
        for (JavaClass type : classes) {
            for (Dependency found : type.getDirectDependenciesFromSelf()) {
                JavaClass of = found.getTargetClass().getBaseComponentType();
                if (of.getPackageName().matches("dev\\.rockpool\\.internal\\.(core|engine)\\b.*"))
                    seen.add(of.getName());
            }
        }
        assertEquals(new TreeSet<>(OF_THE_POOL), seen);
    }

    @Test
    void slotsAndWaitersAreOnlyRead() {
        Set<String> more = new TreeSet<>();
        for (JavaClass type : classes) {
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                JavaClass of = access.getTargetOwner();
                String member = access.getName();
                boolean ofSlot = of.getName().equals(SLOT) && !OF_A_SLOT.contains(member);
                boolean ofWaiter = of.isAssignableTo(WAITER) && !hasMember(of, member) && !OF_A_WAITER.contains(member);
                if (ofSlot || ofWaiter) more.add(access.getDescription());
            }
        }
        assertEquals(Set.of(), more);
    }

    /** Their thread never ends, and keeps the class loader of the application that needed it first. */
    @Test
    void nothingUsesTheTimersOfTheJdk() {
        Set<String> timers = Set.of("orTimeout", "completeOnTimeout", "delayedExecutor");
        noClasses()
                .should()
                .callMethodWhere(describe(
                        "start a timer of the JDK",
                        (JavaCall<?> call) -> call.getTargetOwner().isEquivalentTo(CompletableFuture.class)
                                && timers.contains(call.getName())))
                .check(classes);
    }

    private static boolean hasMember(JavaClass type, String name) {
        return type.getMembers().stream().anyMatch(member -> member.getName().equals(name));
    }

    @Test
    void theseRulesCanFail() {
        assertThrows(AssertionError.class, () -> noClasses()
                .that()
                .resideInAPackage(INTERNAL + "sqlite..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INTERNAL + "connection..")
                .check(classes));
    }

    private static String roomOf(JavaClass type) {
        return type.getPackageName().substring(INTERNAL.length()).split("\\.")[0];
    }
}
