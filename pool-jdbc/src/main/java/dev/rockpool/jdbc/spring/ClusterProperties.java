package dev.rockpool.jdbc.spring;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.internal.config.DurationText;
import dev.rockpool.jdbc.ClusterBuilder;
import dev.rockpool.jdbc.JdbcCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Reads {@code spring.datasource.rockpool.cluster.*}, the login from {@code spring.datasource.*}, and the settings of all
 * pools from {@code spring.datasource.rockpool.*}. Reports all problems at once.
 */
final class ClusterProperties {
    static final String NAME = "cluster";
    static final String PREFIX = RockpoolProperties.PREFIX + "." + NAME;
    static final String MEMBERS = "members";
    static final String MAX_LAG = "max-lag";
    static final String OF_PRIMARY = "primary";
    static final String OF_STANDBYS = "standbys";

    private static final String ELSEWHERE = "spring.datasource";
    private static final String MEMBERS_PROPERTY = PREFIX + "." + MEMBERS;

    private final Environment environment;
    private final Binder binder;
    private final ClusterBuilder builder = JdbcCluster.builder();
    private final List<String> problems;
    private String name = "cluster";

    private ClusterProperties(Environment environment) {
        this.environment = environment;
        this.binder = Binder.get(environment);
        this.problems = RockpoolProperties.problemsOfFetch(environment);
    }

    /** Whether the application sets anything here. */
    static boolean areGiven(Environment environment) {
        return Binder.get(environment).bind(PREFIX, RockpoolProperties.TREE).isBound();
    }

    /**
     * The cluster that the application configures.
     *
     * @param details from connection details, which take the place of the members and the login; null for none
     * @param customizers what they set in the pool of each server replaces what the properties set
     * @throws InvalidConfigException with all problems
     */
    static JdbcCluster read(Environment environment, Login details, List<RockpoolCustomizer> customizers) {
        return new ClusterProperties(environment).read(details, customizers);
    }

    private JdbcCluster read(Login details, List<RockpoolCustomizer> customizers) {
        PropertyReading shared = new PropertyReading(environment, RockpoolProperties.PREFIX);
        PropertyReading primary = new PropertyReading(environment, PREFIX + "." + OF_PRIMARY);
        PropertyReading standbys = new PropertyReading(environment, PREFIX + "." + OF_STANDBYS);
        readName();
        readMaxLag();
        Login login = details == null ? loginOfProperties() : details;
        builder.pools(login::into);
        builder.pools(shared::into);
        builder.primary(primary::into);
        builder.standbys(standbys::into);
        for (RockpoolCustomizer each : customizers) {
            builder.pools(each::customize); // the login, which the watch of each server needs, too
            builder.primary(each::customize);
            builder.standbys(each::customize);
        }
        List<String> urls = details == null ? members() : List.of(details.url());
        urls.forEach(url -> builder.member(member -> member.url(url)));
        problems.addAll(shared.problems());
        problems.addAll(primary.problems());
        problems.addAll(standbys.problems());
        reportUnknown();
        if (!urls.isEmpty()) problems.addAll(builder.problems());
        if (!problems.isEmpty()) throw new InvalidConfigException(name, problems);
        return builder.build();
    }

    private void readName() {
        String given = text(RockpoolProperties.PREFIX + ".name");
        if (given == null) given = text(ELSEWHERE + ".name");
        if (given == null || given.isBlank()) return;
        name = given;
        builder.name(given);
    }

    private void readMaxLag() {
        String given = text(PREFIX + "." + MAX_LAG);
        if (given == null) return;
        Duration lag = DurationText.parse(given.trim());
        if (lag != null && !lag.isZero() && !lag.isNegative()) builder.maxLag(lag);
        else
            problems.add(PREFIX + "." + MAX_LAG + " is '" + given
                    + "' but must be a positive duration such as 500ms, 5s or PT5S");
    }

    private Login loginOfProperties() {
        return new Login(
                null,
                text(ELSEWHERE + ".username"),
                text(ELSEWHERE + ".password"),
                text(ELSEWHERE + ".driver-class-name"));
    }

    /** The URLs. The one of {@code spring.datasource} would be ignored, so it is a problem. */
    private List<String> members() {
        if (text(ELSEWHERE + ".url") != null)
            problems.add(ELSEWHERE + ".url is set but must be absent, because " + MEMBERS_PROPERTY
                    + " has the URL of each server");
        try {
            List<String> urls =
                    binder.bind(MEMBERS_PROPERTY, Bindable.listOf(String.class)).orElse(List.of());
            if (urls.isEmpty())
                problems.add(MEMBERS_PROPERTY + " is absent or empty but must have the URL of each server");
            return urls;
        } catch (BindException e) {
            problems.add(RockpoolProperties.unreadable(MEMBERS_PROPERTY, e));
            return List.of();
        }
    }

    private void reportUnknown() {
        Map<String, Object> tree = binder.bind(PREFIX, RockpoolProperties.TREE).orElse(Map.of());
        List<String> unknown = new ArrayList<>();
        for (String key : tree.keySet()) {
            String plain = PropertyReading.plain(key);
            boolean isKnown = plain.startsWith(MEMBERS)
                    || plain.equals(PropertyReading.plain(MAX_LAG))
                    || plain.equals(OF_PRIMARY)
                    || plain.equals(OF_STANDBYS);
            if (!isKnown) unknown.add(RockpoolProperties.unknown(PREFIX + "." + key));
        }
        problems.addAll(unknown);
    }

    private String text(String property) {
        return binder.bind(property, Bindable.of(String.class)).orElse(null);
    }
}
