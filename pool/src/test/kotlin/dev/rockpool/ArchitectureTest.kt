package dev.rockpool

import com.tngtech.archunit.ArchConfiguration
import com.tngtech.archunit.base.DescribedPredicate.describe
import com.tngtech.archunit.base.DescribedPredicate.not
import com.tngtech.archunit.core.domain.JavaClass
import com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import com.tngtech.archunit.library.Architectures.layeredArchitecture
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec

/** Reads the compiled classes: imports only go down, from entry to features to engine to core to the API. */
class ArchitectureTest :
    FunSpec({
        // Class names are enough. Resolving the classes of Kotlin and coroutines takes most of the time.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false)
        val classes =
            ClassFileImporter().withImportOption(ImportOption.DoNotIncludeTests()).importPackages("dev.rockpool")

        fun isEntry(type: JavaClass) = type.name.substringBefore('$') == "dev.rockpool.Pools"
        val entry = describe<JavaClass>("the entry functions", ::isEntry)
        val words = describe<JavaClass>("the words") { it.packageName == "dev.rockpool" && !isEntry(it) }

        val base = describe<JavaClass>("the base") { it.packageName == "dev.rockpool.internal.base" }
        val config = describe<JavaClass>("tables of settings") { it.packageName == "dev.rockpool.internal.config" }
        val budget = describe<JavaClass>("the ledger of budgets") { it.packageName == "dev.rockpool.internal.budget" }

        test("the API depends on nothing else of the project but the tables of settings and the ledger of budgets") {
            noClasses()
                .that(words)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.rockpool.(**)").and(not(config)).and(not(budget)))
                .check(classes)
        }

        test("nothing uses the JDK's timers, whose thread keeps an application that has ended") {
            noClasses()
                .that(not(describe("the end of a pool without threads") { it.simpleName.startsWith("Shutdown") }))
                .should()
                .callMethodWhere(
                    describe("start a timer of the JDK") { call ->
                        call.targetOwner.fullName == "java.util.concurrent.CompletableFuture" &&
                            call.name in setOf("orTimeout", "completeOnTimeout", "delayedExecutor")
                    }
                )
                .check(classes)
        }

        test("the ledger of budgets depends on nothing else of the project") {
            noClasses()
                .that(budget)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.rockpool..").and(not(budget)))
                .check(classes)
        }

        test("the tables of settings depend only on the base, which depends on nothing") {
            noClasses()
                .that(config)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.rockpool..").and(not(config)).and(not(base)))
                .check(classes)
            noClasses()
                .that(base)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.rockpool..").and(not(base)))
                .check(classes)
        }

        test("the core depends only on the API, not on coroutines, logging or Kotlin's runtime except its metadata") {
            noClasses()
                .that()
                .resideInAPackage("dev.rockpool.internal.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "dev.rockpool.internal.engine..",
                    "dev.rockpool.blocking..",
                    "kotlinx..",
                    "io.github..",
                    "kotlin..",
                )
                .check(classes)
            val arithmetic = describe<JavaClass>("arithmetic") { it.simpleName == "NanoMath" }
            noClasses()
                .that()
                .resideInAPackage("dev.rockpool.internal.core..")
                .should()
                .dependOnClassesThat(base.and(not(arithmetic)))
                .check(classes)
        }

        test("the engine does not depend on the features above it") {
            noClasses()
                .that()
                .resideInAPackage("dev.rockpool.internal.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.rockpool.blocking..", "dev.rockpool.internal.spi..")
                .check(classes)
        }

        test("the engine has layers: runtime, report, acquire, upkeep, and the wiring") {
            val engine = "dev.rockpool.internal.engine"
            layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("runtime")
                .definedBy("$engine.runtime")
                .layer("report")
                .definedBy("$engine.report")
                .layer("acquire")
                .definedBy("$engine.acquire")
                .layer("upkeep")
                .definedBy("$engine.upkeep")
                .layer("engine")
                .definedBy(engine)
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("acquire", "upkeep", "engine")
                .whereLayer("acquire")
                .mayOnlyBeAccessedByLayers("upkeep", "engine")
                .whereLayer("upkeep")
                .mayOnlyBeAccessedByLayers("engine")
                .whereLayer("engine")
                .mayNotBeAccessedByAnyLayer()
                .check(classes)
        }

        test("only features may use the entry functions, to create pools") {
            noClasses()
                .that()
                .resideInAnyPackage("dev.rockpool", "dev.rockpool.internal..")
                .and(com.tngtech.archunit.base.DescribedPredicate.not(entry))
                .should()
                .dependOnClassesThat(entry)
                .check(classes)
        }

        test("packages have no cycles, apart from the entry functions") {
            slices()
                .matching("dev.rockpool.(**)")
                .should()
                .beFreeOfCycles()
                .check(classes.that(com.tngtech.archunit.base.DescribedPredicate.not(entry)))
        }

        test("nothing imports java.sql, and nothing calls runBlocking") {
            noClasses().should().dependOnClassesThat().resideInAnyPackage("java.sql..", "javax.sql..").check(classes)
            noClasses()
                .should()
                .callMethodWhere(
                    com.tngtech.archunit.base.DescribedPredicate.describe("runBlocking") {
                        it.name.startsWith("runBlocking")
                    }
                )
                .check(classes)
        }

        test("only PoolLog uses the logging library, so no failure of it reaches anything else") {
            noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.rockpool.internal.base.PoolLog")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.oshai..", "org.slf4j..")
                .check(classes)
        }

        test("these rules can fail") {
            shouldThrow<AssertionError> {
                noClasses()
                    .that(entry)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.rockpool.internal.engine..")
                    .check(classes)
            }
        }
    })
