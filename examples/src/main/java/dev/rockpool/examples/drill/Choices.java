package dev.rockpool.examples.drill;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts options whose value is one of a few words. */
final class Choices {
    private Choices() {}

    static final class OfMode implements ITypeConverter<Mode> {
        @Override
        public Mode convert(String word) {
            return choose(Mode.values(), word);
        }
    }

    static final class OfWorkload implements ITypeConverter<WorkloadKind> {
        @Override
        public WorkloadKind convert(String word) {
            return choose(WorkloadKind.values(), word);
        }
    }

    private static <E> E choose(E[] choices, String word) {
        return Arrays.stream(choices)
                .filter(choice -> choice.toString().equals(word))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'%s' is not one of %s"
                        .formatted(
                                word,
                                Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", ")))));
    }
}
