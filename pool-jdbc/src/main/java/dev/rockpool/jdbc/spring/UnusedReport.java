package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.core.env.Environment;

/**
 * Logs once at startup if Rockpool is present but not used, and what to do. HikariCP is on the class path of every
 * application that uses Spring Boot's starter, so otherwise settings would have no effect without a notice.
 */
final class UnusedReport implements SmartInitializingSingleton {
    /** The bean that is created from the properties. Spring Boot's own has the same name. */
    static final String MADE_FROM_PROPERTIES = "dataSource";

    private static final Log log = LogFactory.getLog(UnusedReport.class);
    private static final String PROPERTIES = RockpoolProperties.PREFIX + ".*";
    private static final String TYPE = RockpoolCondition.TYPE + "=" + RockpoolDataSource.class.getName();

    /** The pools whose properties Spring Boot reads. */
    private static final List<String> OTHERS = List.of("hikari", "tomcat", "dbcp2", "oracleucp");

    private static final Set<String> OURS = Set.of(
            Boot4DataSource.class.getName(),
            Boot3DataSource.class.getName(),
            Boot4Cluster.class.getName(),
            Boot3Cluster.class.getName());

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;

    UnusedReport(ConfigurableListableBeanFactory beans, Environment environment) {
        this.beans = beans;
        this.environment = environment;
    }

    @Override
    public void afterSingletonsInstantiated() {
        boolean given = RockpoolProperties.areGiven(environment);
        List<String> customizers = List.of(beans.getBeanNamesForType(RockpoolCustomizer.class, true, false));
        if (isMadeFromProperties()) {
            warnOfOtherPools();
            if (given) sayWhyChosen();
        } else if (given) {
            log.warn(PROPERTIES + " is set but has no effect: " + whatIsUsed());
        } else if (!customizers.isEmpty()) {
            log.warn("bean '" + customizers.get(0) + "' customizes Rockpool but has no effect: " + whatIsUsed());
        } else if (isSpringBoots()
                && environment.getProperty(RockpoolCondition.TYPE, "").isBlank()) {
            log.info("Rockpool is on the class path but is not used: " + whatIsUsed());
        }
    }

    /** Whether the bean comes from one of our configurations. */
    private boolean isMadeFromProperties() {
        if (!beans.containsBeanDefinition(MADE_FROM_PROPERTIES)) return false;
        String factory = beans.getBeanDefinition(MADE_FROM_PROPERTIES).getFactoryBeanName();
        return factory != null && OURS.contains(factory);
    }

    /** A migration easily leaves them behind, with the sizes and timeouts that someone chose. */
    private void warnOfOtherPools() {
        for (String pool : OTHERS) {
            String prefix = "spring.datasource." + pool;
            if (!Binder.get(environment).bind(prefix, RockpoolProperties.TREE).isBound()) continue;
            log.warn(prefix + ".* is set but has no effect: the connection pool is Rockpool. Remove it, or set "
                    + PROPERTIES + " instead.");
        }
    }

    private void sayWhyChosen() {
        Class<?> other = DataSourceBuilder.findType(beans.getBeanClassLoader());
        if (other == null
                || !environment.getProperty(RockpoolCondition.TYPE, "").isBlank()) return;
        log.info("The connection pool is Rockpool because " + PROPERTIES + " is set, although " + other.getName()
                + " is on the class path. Set " + TYPE + " to say so, or another type.");
    }

    private String whatIsUsed() {
        String type = environment.getProperty(RockpoolCondition.TYPE, "");
        String used = names().map(name -> "bean '" + name + "' is a " + className(name))
                .collect(Collectors.joining(", "));
        if (used.isEmpty()) return "the application has no DataSource; the condition report says why.";
        if (!type.isBlank() && !RockpoolCondition.isRockpool(type)) {
            return used + ", because " + RockpoolCondition.TYPE + "=" + type + ". Set " + TYPE + " to use Rockpool.";
        }
        if (isSpringBoots()) return used + ", which Spring Boot prefers. Set " + TYPE + " to use Rockpool.";
        return used
                + ", made by the application itself; only the data source of the auto-configuration has these settings.";
    }

    private boolean isSpringBoots() {
        if (!beans.containsBeanDefinition(MADE_FROM_PROPERTIES)) return false;
        String factory = beans.getBeanDefinition(MADE_FROM_PROPERTIES).getFactoryBeanName();
        return factory != null && factory.startsWith("org.springframework.boot.");
    }

    private Stream<String> names() {
        return Stream.of(beans.getBeanNamesForType(DataSource.class, true, false))
                .filter(name -> !ScopedProxyUtils.isScopedTarget(name));
    }

    /** Only of beans that exist already, because a report must not create any. */
    private String className(String name) {
        Object bean = beans.getSingleton(name);
        Class<?> type = bean == null ? beans.getType(name, false) : bean.getClass();
        return type == null ? "DataSource" : type.getName();
    }
}
