package dev.rockpool.jdbc.spring;

import static dev.rockpool.jdbc.spring.RockpoolProperties.DRIVER;
import static dev.rockpool.jdbc.spring.RockpoolProperties.INIT_SQL;
import static dev.rockpool.jdbc.spring.RockpoolProperties.PREFIX;
import static dev.rockpool.jdbc.spring.RockpoolProperties.RESET_SQL;

import dev.rockpool.internal.config.FormerNames;
import dev.rockpool.jdbc.JdbcBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** One reading of {@code spring.datasource.rockpool.*} into a builder. */
final class PropertyReading {
    private static final Set<String> KNOWN = PropertySetting.ALL.stream()
            .flatMap(setting -> Stream.of(setting.name(), setting.formerName()))
            .filter(name -> name != null)
            .map(PropertyReading::plain)
            .collect(Collectors.toUnmodifiableSet());

    private final Binder binder;
    private final JdbcBuilder<?> builder;
    private final List<String> problems = new ArrayList<>();

    PropertyReading(Environment environment, JdbcBuilder<?> builder) {
        this.binder = Binder.get(environment);
        this.builder = builder;
    }

    /** Sets what can be read, and returns the problems of the rest. */
    List<String> problems() {
        for (PropertySetting setting : PropertySetting.ALL) read(setting, setting.name());
        for (PropertySetting setting : PropertySetting.ALL) if (setting.formerName() != null) readFormer(setting);
        guarded(INIT_SQL, () -> readStatements(INIT_SQL, builder::initSql));
        guarded(RESET_SQL, () -> readStatements(RESET_SQL, builder::resetSql));
        guarded(DRIVER, this::readDriverProperties);
        reportUnknown("", binder.bind(PREFIX, RockpoolProperties.TREE).orElse(Map.of()));
        return problems;
    }

    private void readFormer(PropertySetting setting) {
        String former = setting.formerName();
        String value = text(former);
        if (value == null) return;
        String before = PREFIX + "." + former;
        String now = PREFIX + "." + setting.name();
        if (text(setting.name()) != null) {
            problems.add(FormerNames.both(before, "'" + value + "'", now));
            return;
        }
        FormerNames.tell(before, now);
        read(setting, former);
    }

    private void read(PropertySetting setting, String name) {
        guarded(name, () -> {
            String value = text(name);
            String allowed = value == null ? null : setting.read(builder, value);
            if (allowed != null) problems.add(PREFIX + "." + name + " is '" + value + "' but " + allowed);
        });
    }

    /** One statement, which may contain commas, or a list of them. */
    private void readStatements(String name, Consumer<String[]> set) {
        String one = text(name);
        List<String> all = one != null ? List.of(one) : bind(name, Bindable.listOf(String.class));
        if (all != null) set.accept(all.toArray(String[]::new));
    }

    private void readDriverProperties() {
        Map<String, String> given = bind(DRIVER, Bindable.mapOf(String.class, String.class));
        if (given != null) builder.properties(given);
    }

    private void reportUnknown(String path, Map<?, ?> values) {
        values.forEach((key, value) -> {
            String name = path + key;
            if (value instanceof Map<?, ?> inner) reportUnknown(name + ".", inner);
            else if (!isKnown(plain(name))) problems.add(PREFIX + "." + name + " is no setting of Rockpool");
        });
    }

    private static boolean isKnown(String plain) {
        return KNOWN.contains(plain)
                || RockpoolProperties.LISTS.stream().anyMatch(list -> plain.startsWith(plain(list)));
    }

    private String text(String name) {
        return bind(name, Bindable.of(String.class));
    }

    private <T> T bind(String name, Bindable<T> type) {
        return binder.bind(PREFIX + "." + name, type).orElse(null);
    }

    private void guarded(String name, Runnable read) {
        try {
            read.run();
        } catch (BindException e) {
            String cause = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            problems.add(PREFIX + "." + name + " cannot be read: " + cause);
        }
    }

    /** Spring compares names without dots, dashes and case. */
    private static String plain(String name) {
        return name.chars()
                .filter(Character::isLetterOrDigit)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .toLowerCase(Locale.ROOT);
    }
}
