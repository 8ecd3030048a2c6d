package dev.rockpool.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a test class in its own engine. Returns the name of each test, and how it failed, if it did. */
final class NestedTests {
    private NestedTests() {}

    static List<String> run(Class<?> tests, String engine) {
        List<String> outcomes = new ArrayList<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .filters(org.junit.platform.launcher.EngineFilter.includeEngines(engine))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                if (test.isTest()) outcomes.add(test.getDisplayName() + ": " + describe(result));
                            }
                        });
        return outcomes.stream().sorted().toList();
    }

    private static String describe(TestExecutionResult result) {
        return result.getThrowable().map(Throwable::getMessage).orElse("passed");
    }
}
