package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.JdbcBuilder;

/**
 * Changes the settings of the pool that is created from {@code spring.datasource.*}. Declare a bean of this type for what
 * no property can set, such as a preparer, hooks, a credentials supplier or a budget.
 *
 * <p>It is called after the properties were read, so its values replace theirs. Several beans are called in the order of
 * {@link org.springframework.core.annotation.Order}. With a cluster it is called for the pool of each server, also of one
 * that joins later. It has no effect on data sources that the application creates itself; a warning says so.
 */
@FunctionalInterface
public interface RockpoolCustomizer {
    /**
     * Changes settings.
     *
     * @param settings those of the properties
     */
    void customize(JdbcBuilder<?> settings);
}
