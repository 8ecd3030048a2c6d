package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Pool;
import dev.rockpool.dashboard.Dashboard;
import dev.rockpool.jdbc.JdbcPool;
import dev.rockpool.testing.FaultProxy;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The other tests here use each public member of Rockpool: they call it, read it, or implement it. */
class NothingForgottenTest {
    @Test
    void eachPublicMemberIsUsedBySomeTest() throws IOException {
        Set<String> used = Uses.in("target/test-classes");
        var forgotten = new TreeSet<>(api());
        forgotten.removeAll(used);
        assertEquals(List.of(), List.copyOf(forgotten));
    }

    @Test
    void theRuleLooksAtTheWholeApi() throws IOException {
        Set<String> api = api();
        assertTrue(api.size() > 500, () -> api.size() + " members");
        for (String member : List.of(
                "dev/rockpool/PoolConfig.getAcquireTimeout()Ljava/time/Duration;",
                "dev/rockpool/AcquireTimeoutException.getWaited()Ljava/time/Duration;",
                "dev/rockpool/jdbc/Credentials.<init>(Ljava/lang/String;Ljava/lang/String;)V",
                "dev/rockpool/jdbc/BeanSettings.setMaxSize(I)V",
                "dev/rockpool/testing/FaultProxy.heal()V",
                "dev/rockpool/blocking/BlockingPool.DEFAULT_GRACE"))
            assertTrue(api.contains(member), member);
    }

    @Test
    void noNameIsMangled() throws IOException {
        assertEquals(
                List.of(),
                api().stream().filter(member -> member.matches("[^(]*[-$][a-z0-9][^(]*\\(.*")).toList());
    }

    private static Set<String> api() throws IOException {
        var members = new TreeSet<String>();
        for (Class<?> one : List.of(Pool.class, Dashboard.class, JdbcPool.class, FaultProxy.class)) members.addAll(Api.of(one));
        return members;
    }
}
