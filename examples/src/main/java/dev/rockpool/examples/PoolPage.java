package dev.rockpool.examples;

import dev.rockpool.dashboard.Dashboard;
import dev.rockpool.dashboard.DashboardBuilder;
import java.util.function.Consumer;

/** The page that a program shows its pools on, if its user asks for it. */
public final class PoolPage {
    private PoolPage() {}

    /** Starts the page on a free port, and says its address and a token that was made for this run. */
    public static Dashboard open(DashboardBuilder builder, Consumer<String> say) {
        String token = Dashboard.newToken();
        Dashboard page = builder.token(token).showSql(true).start();
        say.accept("the pool is shown at " + page.getAddress() + " with the token " + token);
        return page;
    }
}
