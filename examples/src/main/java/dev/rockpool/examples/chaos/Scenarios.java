package dev.rockpool.examples.chaos;

import dev.rockpool.testing.chaos.Scenario;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the names of scenarios, such as {@code sessions-killed}: those of one server and those of a cluster. */
final class Scenarios implements ITypeConverter<Enum<?>> {
    static String name(Enum<?> scenario) {
        return scenario.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<Enum<?>> all() {
        List<Enum<?>> all = new ArrayList<>(List.of(Scenario.values()));
        all.addAll(List.of(ClusterScenario.values()));
        return all;
    }

    private static Stream<String> names() {
        return all().stream().map(Scenarios::name);
    }

    @Override
    public Enum<?> convert(String name) {
        return all().stream()
                .filter(scenario -> name(scenario).equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'%s' is not one of %s".formatted(name, names().collect(Collectors.joining(", ")))));
    }

    /** The names for the help text. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }
}
