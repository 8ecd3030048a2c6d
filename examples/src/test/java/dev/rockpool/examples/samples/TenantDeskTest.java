package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.examples.samples.TenantDesk.Tenant;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each tenant finds its own orders, although all share four connections. */
class TenantDeskTest {
    @Test
    void eachTenantHasItsOwnOrders() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start();
                TenantDesk desk = new TenantDesk(server.getJdbcUrl("postgres", "postgres"))) {
            List<Tenant> tenants = List.of(new Tenant("a"), new Tenant("b"), new Tenant("c"));
            for (Tenant tenant : tenants) desk.add(tenant);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Tenant tenant = tenants.get(i % 6 % 4 % 3);
                all.add(CompletableFuture.runAsync(() -> order(desk, tenant)));
            }
            all.forEach(CompletableFuture::join);
            assertEquals(30, desk.report(tenants.get(0)));
            assertEquals(20, desk.report(tenants.get(1)));
            assertEquals(10, desk.report(tenants.get(2)));
        }
    }

    private static void order(TenantDesk desk, Tenant tenant) {
        try {
            desk.order(tenant, "book");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
