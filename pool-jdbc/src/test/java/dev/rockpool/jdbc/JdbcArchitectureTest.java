package dev.rockpool.jdbc;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads the compiled classes: each package of the inside only knows those below it. */
class JdbcArchitectureTest {
    private static final String INTERNAL = "dev.rockpool.jdbc.internal.";

    /** What each package may know of the others. */
    private static final Map<String, List<String>> BELOW = Map.ofEntries(
            Map.entry("vendor", List.of()),
            Map.entry("errors", List.of("vendor")),
            Map.entry("connection", List.of("vendor", "errors")),
            Map.entry("cancel", List.of("vendor", "connection", "errors")),
            Map.entry("postgres", List.of("vendor", "connection", "errors")),
            Map.entry("sqlite", List.of("vendor", "connection", "errors")),
            Map.entry("connect", List.of("vendor", "postgres", "sqlite", "connection", "errors")),
            Map.entry("dispatch", List.of("vendor", "cancel", "connection", "errors")),
            Map.entry("transaction", List.of("vendor", "dispatch", "cancel", "connection", "errors")),
            Map.entry("config", List.of("vendor", "connect", "dispatch", "sqlite", "errors")));

    /** The public classes that put a pool together. The inside knows only the settings and the functions of users. */
    private static final Set<String> ENTRY = Set.of(
            "dev.rockpool.jdbc.JdbcPool",
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
