package dev.rockpool.linkage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LoggingTest {
    /** A failure of the logging library reaches no caller, no slot and no close. */
    @Test
    void onlyPoolLogKnowsTheLoggingLibrary() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.rockpool.internal.base.PoolLog")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.oshai..", "org.slf4j..")
                .check(production());
    }

    /** Names are enough. Resolving the classes of other libraries takes most of the time. */
    private static JavaClasses production() {
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.rockpool");
        });
    }
}
