package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Backoff;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.OverloadControl;
import dev.rockpool.PoolConfig;
import dev.rockpool.ReusePolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The settings of a pool: written by a builder, read as plain properties. */
class PoolSettingsTest {
    @Test
    void everySettingIsWrittenAndReadUnderItsName() {
        PoolConfig config = PoolConfig.builder()
                .name("orders")
                .maxSize(20)
                .minIdle(5)
                .acquireTimeout(Duration.ofSeconds(1))
                .connectTimeout(Duration.ofSeconds(2))
                .probeTimeout(Duration.ofSeconds(3))
                .resetTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(5))
                .trustWindow(Duration.ofSeconds(6))
                .probeOnReturn(true)
                .idleTimeout(Duration.ofMinutes(7))
                .maxLifetime(Duration.ofMinutes(8))
                .keepaliveInterval(Duration.ofMinutes(3))
                .maxConcurrentOpens(2)
                .maxPending(100)
                .backoff(Backoff.fixed(Duration.ofMillis(200)))
                .failFastAfter(Duration.ofSeconds(30))
                .overload(OverloadControl.of(Duration.ofMillis(20), Duration.ofMillis(500)))
                .leakThreshold(Duration.ofMinutes(1))
                .reclaimLeaks(false)
                .leakStackTraces(true)
                .stuckCallTimeout(Duration.ofSeconds(9))
                .bargingWindow(Duration.ofMillis(1))
                .reusePolicy(ReusePolicy.LIFO)
                .statsInterval(Duration.ofMillis(250))
                .build();

        assertEquals("orders", config.getName());
        assertEquals(20, config.getMaxSize());
        assertEquals(5, config.getMinIdle());
        assertEquals(Duration.ofSeconds(1), config.getAcquireTimeout());
        assertEquals(Duration.ofSeconds(2), config.getConnectTimeout());
        assertEquals(Duration.ofSeconds(3), config.getProbeTimeout());
        assertEquals(Duration.ofSeconds(4), config.getResetTimeout());
        assertEquals(Duration.ofSeconds(5), config.getCloseTimeout());
        assertEquals(Duration.ofSeconds(6), config.getTrustWindow());
        assertTrue(config.getProbeOnReturn());
        assertEquals(Duration.ofMinutes(7), config.getIdleTimeout());
        assertEquals(Duration.ofMinutes(8), config.getMaxLifetime());
        assertEquals(Duration.ofMinutes(3), config.getKeepaliveInterval());
        assertEquals(2, config.getMaxConcurrentOpens());
        assertEquals(100, config.getMaxPending());
        assertEquals(Backoff.fixed(Duration.ofMillis(200)), config.getBackoff());
        assertEquals(Duration.ofSeconds(30), config.getFailFastAfter());
        assertEquals(Duration.ofMillis(20), config.getOverload().getTarget());
        assertEquals(Duration.ofMillis(500), config.getOverload().getInterval());
        assertEquals(Duration.ofMinutes(1), config.getLeakThreshold());
        assertFalse(config.getReclaimLeaks());
        assertTrue(config.getLeakStackTraces());
        assertEquals(Duration.ofSeconds(9), config.getStuckCallTimeout());
        assertEquals(Duration.ofMillis(1), config.getBargingWindow());
        assertEquals(ReusePolicy.LIFO, config.getReusePolicy());
        assertEquals(Duration.ofMillis(250), config.getStatsInterval());
    }

    @Test
    void nullMeansNever() {
        PoolConfig config = PoolConfig.builder()
                .acquireTimeout(null)
                .trustWindow(null)
                .idleTimeout(null)
                .maxLifetime(null)
                .keepaliveInterval(null)
                .failFastAfter(null)
                .stuckCallTimeout(null)
                .build();
        assertNull(config.getAcquireTimeout());
        assertNull(config.getTrustWindow());
        assertNull(config.getIdleTimeout());
        assertNull(config.getMaxLifetime());
        assertNull(config.getKeepaliveInterval());
        assertNull(config.getFailFastAfter());
        assertNull(config.getStuckCallTimeout());
        assertNull(config.getLeakThreshold(), "never is the default");
        assertNull(config.getMaxPending(), "any number is the default");
        assertNull(config.getOverload(), "never is the default");
    }

    @Test
    void settingsAreCopiedChangedAndWrittenAsJson() {
        PoolConfig config = new PoolConfig.Builder().maxSize(3).build();
        PoolConfig larger = config.toBuilder().maxSize(30).build();
        assertNotEquals(config, larger);
        assertEquals(30, larger.getMaxSize());
        assertEquals(larger, PoolConfig.fromJson(larger.toJson()));
        assertEquals(larger.hashCode(), PoolConfig.fromJson(larger.toJson()).hashCode());
        assertTrue(larger.toString().contains("\"maxSize\":30"), larger::toString);
    }

    @Test
    void allProblemsAreReportedTogether() {
        PoolConfig.Builder settings = PoolConfig.builder().maxSize(0).connectTimeout(Duration.ZERO);
        assertEquals(2, settings.problems().size());
        var thrown = assertThrows(InvalidConfigException.class, settings::build);
        assertEquals(settings.problems(), thrown.getProblems());
        assertEquals("pool", thrown.getPoolName());
        assertEquals(List.of("no"), new InvalidConfigException("mine", List.of("no")).getProblems());
    }

    @Test
    void pausesBetweenConnectsAreValues() {
        var doubling = assertInstanceOf(
                Backoff.Exponential.class, Backoff.exponential(Duration.ofMillis(10), 2.0, Duration.ofSeconds(1), 0.5));
        assertEquals(Duration.ofMillis(10), doubling.getInitial());
        assertEquals(2.0, doubling.getFactor());
        assertEquals(Duration.ofSeconds(1), doubling.getMax());
        assertEquals(0.5, doubling.getJitter());
        assertEquals(Backoff.exponential(), PoolConfig.builder().build().getBackoff());

        var fixed = assertInstanceOf(Backoff.Fixed.class, Backoff.fixed(Duration.ofSeconds(1)));
        assertEquals(Duration.ofSeconds(1), fixed.getPause());

        var own = assertInstanceOf(Backoff.Custom.class, Backoff.custom(failures -> Duration.ofMillis(failures * 10L)));
        assertEquals(Duration.ofMillis(30), own.pauseAfter(3));
    }
}
