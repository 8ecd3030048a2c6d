package dev.rockpool.jdbc.spring;

import static dev.rockpool.jdbc.spring.RockpoolProperties.DRIVER;
import static dev.rockpool.jdbc.spring.RockpoolProperties.INIT_SQL;
import static dev.rockpool.jdbc.spring.RockpoolProperties.RESET_SQL;

import dev.rockpool.internal.config.FormerNames;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.JdbcConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * One reading of the settings of a pool from below a prefix, such as {@code spring.datasource.rockpool.*}. They can then be
 * set in any number of builders.
 */
final class PropertyReading {
    private static final Set<String> KNOWN = PropertySetting.ALL.stream()
            .flatMap(setting -> Stream.of(setting.name(), setting.formerName()))
            .filter(name -> name != null)
            .map(PropertyReading::plain)
            .collect(Collectors.toUnmodifiableSet());

    private final Binder binder;
    private final String prefix;
    private final List<Consumer<JdbcBuilder<?>>> values = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    PropertyReading(Environment environment, String prefix) {
        this.binder = Binder.get(environment);
        this.prefix = prefix;
        for (PropertySetting setting : PropertySetting.ALL) read(setting, setting.name());
        for (PropertySetting setting : PropertySetting.ALL) if (setting.formerName() != null) readFormer(setting);
        guarded(INIT_SQL, () -> readStatements(INIT_SQL, JdbcBuilder::initSql));
        guarded(RESET_SQL, () -> readStatements(RESET_SQL, JdbcBuilder::resetSql));
        guarded(DRIVER, this::readDriverProperties);
        reportUnknown("", binder.bind(prefix, RockpoolProperties.TREE).orElse(Map.of()));
    }

    /** What cannot be read, one sentence each. */
    List<String> problems() {
        return problems;
    }

    /** Sets what could be read. */
    void into(JdbcBuilder<?> builder) {
        values.forEach(value -> value.accept(builder));
    }

    private void readFormer(PropertySetting setting) {
        String former = setting.formerName();
        String value = text(former);
        if (value == null) return;
        String before = prefix + "." + former;
        String now = prefix + "." + setting.name();
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
            if (value == null) return;
            String allowed = setting.read(JdbcConfig.builder(), value);
            if (allowed != null) problems.add(prefix + "." + name + " is '" + value + "' but " + allowed);
            else values.add(builder -> setting.read(builder, value));
        });
    }

    /** One statement, which may contain commas, or a list of them. */
    private void readStatements(String name, BiConsumer<JdbcBuilder<?>, String[]> set) {
        String one = text(name);
        List<String> all = one != null ? List.of(one) : bind(name, Bindable.listOf(String.class));
        if (all != null) values.add(builder -> set.accept(builder, all.toArray(String[]::new)));
    }

    private void readDriverProperties() {
        Map<String, String> given = bind(DRIVER, Bindable.mapOf(String.class, String.class));
        if (given != null) values.add(builder -> builder.properties(given));
    }

    private void reportUnknown(String path, Map<?, ?> values) {
        values.forEach((key, value) -> {
            String name = path + key;
            if (isOfCluster(name)) return;
            if (value instanceof Map<?, ?> inner) reportUnknown(name + ".", inner);
            else if (!isKnown(plain(name))) problems.add(RockpoolProperties.unknown(prefix + "." + name));
        });
    }

    /** {@link ClusterProperties} reads it. */
    private boolean isOfCluster(String name) {
        return prefix.equals(RockpoolProperties.PREFIX) && name.equals(ClusterProperties.NAME);
    }

    private static boolean isKnown(String plain) {
        return KNOWN.contains(plain)
                || RockpoolProperties.LISTS.stream().anyMatch(list -> plain.startsWith(plain(list)));
    }

    private String text(String name) {
        return bind(name, Bindable.of(String.class));
    }

    private <T> T bind(String name, Bindable<T> type) {
        return binder.bind(prefix + "." + name, type).orElse(null);
    }

    private void guarded(String name, Runnable read) {
        try {
            read.run();
        } catch (BindException e) {
            problems.add(RockpoolProperties.unreadable(prefix + "." + name, e));
        }
    }

    /** Spring compares names without dots, dashes and case. */
    static String plain(String name) {
        return name.chars()
                .filter(Character::isLetterOrDigit)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .toLowerCase(Locale.ROOT);
    }
}
