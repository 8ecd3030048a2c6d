package dev.rockpool.examples.chaos;

import dev.rockpool.testing.chaos.Scenario;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the names of scenarios, such as {@code sessions-killed}. */
final class Scenarios implements ITypeConverter<Scenario> {
    static String name(Scenario scenario) {
        return scenario.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Scenario convert(String name) {
        return Arrays.stream(Scenario.values())
                .filter(scenario -> name(scenario).equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'%s' is not one of %s"
                        .formatted(
                                name,
                                Arrays.stream(Scenario.values())
                                        .map(Scenarios::name)
                                        .collect(Collectors.joining(", ")))));
    }

    /** The names for the help text. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Scenario.values()).map(Scenarios::name).iterator();
        }
    }
}
