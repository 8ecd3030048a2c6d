package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.ClusterDataSource;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if the data source is a cluster, by its type or by its properties. */
final class ClusterCondition extends SpringBootCondition {
    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConditionMessage.Builder message = ConditionMessage.forCondition("Rockpool cluster");
        Environment environment = context.getEnvironment();
        String type = environment.getProperty(RockpoolCondition.TYPE, "");
        if (type.equals(ClusterDataSource.class.getName())) {
            return ConditionOutcome.match(message.because(RockpoolCondition.TYPE + " names it"));
        }
        if (!type.isBlank() && !RockpoolCondition.isRockpool(type)) {
            return ConditionOutcome.noMatch(message.because(RockpoolCondition.TYPE + " is " + type));
        }
        return ClusterProperties.areGiven(environment)
                ? ConditionOutcome.match(message.because("there are properties below " + ClusterProperties.PREFIX))
                : ConditionOutcome.noMatch(message.because("there are none below " + ClusterProperties.PREFIX));
    }
}
