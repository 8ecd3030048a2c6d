package dev.rockpool.jdbc.spring;

import dev.rockpool.internal.config.Setting;
import dev.rockpool.internal.spi.SettingsOfPools;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.internal.config.JdbcTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One setting that a single text in {@code application.properties} can give. */
final class PropertySetting {
    /** Spring's own {@code spring.datasource.*} has these. */
    private static final Set<String> ELSEWHERE = Set.of("url", "username", "password", "driver-class-name");

    static final List<PropertySetting> ALL = Stream.concat(
                    SettingsOfPools.INSTANCE.getTable().getAll().stream().map(PropertySetting::new),
                    JdbcTable.INSTANCE.getTable().getAll().stream().map(PropertySetting::new))
            .filter(property -> property.setting.getType().getText() != null && !ELSEWHERE.contains(property.name()))
            .toList();

    private final Setting<? super JdbcBuilder<?>, ?, ?> setting;

    private PropertySetting(Setting<? super JdbcBuilder<?>, ?, ?> setting) {
        this.setting = setting;
    }

    /** The name in {@code application.properties}, without the prefix. */
    String name() {
        return setting.getKebab();
    }

    /** The former name; null if the setting was not renamed. */
    String formerName() {
        return setting.getFormerKebab();
    }

    /** The type of its values, for completion in an editor. */
    String type() {
        return setting.getType().getJavaName();
    }

    /** Sets the value from a text. Returns what is allowed if the text is invalid, else null. */
    String read(JdbcBuilder<?> builder, String text) {
        return setting.readText(text, builder);
    }
}
