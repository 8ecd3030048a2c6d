package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.PoolConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MaintenanceSettingsTest {
    private final PoolConfig config = PoolConfig.builder()
            .maxSize(9)
            .minIdle(3)
            .maxConcurrentOpens(2)
            .trustWindow(Duration.ofMillis(400))
            .probeOnReturn(true)
            .idleTimeout(Duration.ofSeconds(500))
            .keepaliveInterval(null)
            .failFastAfter(null)
            .statsInterval(Duration.ofSeconds(1))
            .build();

    @Test
    void theConfigurationIsInNanosecondsAndNullMeansNever() {
        MaintenanceSettings settings = MaintenanceSettings.of(config, false);

        assertEquals(9, settings.maxSize());
        assertEquals(3, settings.minIdle());
        assertEquals(2, settings.maxConcurrentOpens());
        assertEquals(400_000_000, settings.trustWindow());
        assertTrue(settings.probeOnReturn());
        assertEquals(500_000_000_000L, settings.idleTimeout());
        assertEquals(Long.MAX_VALUE, settings.keepaliveInterval());
        assertEquals(1_000_000_000, settings.tick());
        assertEquals(Long.MAX_VALUE, settings.failFastAfter());
    }

    @Test
    void aDormantPoolOpensNoMinimumAndChangesNothingElse() {
        MaintenanceSettings dormant = MaintenanceSettings.of(config, true);

        assertEquals(0, dormant.minIdle());
        assertEquals(MaintenanceSettings.of(config.toBuilder().minIdle(0).build(), false), dormant);
    }
}
