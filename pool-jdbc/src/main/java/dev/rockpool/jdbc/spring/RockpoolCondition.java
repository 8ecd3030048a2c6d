package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if Rockpool is chosen by its type or its properties, or is the only pool. */
final class RockpoolCondition extends SpringBootCondition {
    static final String TYPE = "spring.datasource.type";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConditionMessage.Builder message = ConditionMessage.forCondition("Rockpool");
        Environment environment = context.getEnvironment();
        String type = environment.getProperty(TYPE, "");
        if (isRockpool(type)) return ConditionOutcome.match(message.because(TYPE + " names it"));
        if (!type.isBlank()) return ConditionOutcome.noMatch(message.because(TYPE + " is " + type));
        if (RockpoolProperties.areGiven(environment)) {
            return ConditionOutcome.match(message.because("there are properties below " + RockpoolProperties.PREFIX));
        }
        Class<? extends DataSource> other = DataSourceBuilder.findType(context.getClassLoader());
        if (other == null) return ConditionOutcome.match(message.because("there is no other pool"));
        return ConditionOutcome.noMatch(message.because(TYPE + " is absent and there is " + other.getName()));
    }

    static boolean isRockpool(String type) {
        return type.equals(RockpoolDataSource.class.getName());
    }
}
