package dev.rockpool.jdbc;

import dev.rockpool.Budget;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.internal.budget.SharedBudgets;
import dev.rockpool.jdbc.internal.budget.Coordinator;
import dev.rockpool.jdbc.internal.budget.SessionSource;
import dev.rockpool.jdbc.internal.budget.SharedSessionException;
import dev.rockpool.jdbc.internal.errors.Secrets;
import java.lang.invoke.MethodHandles;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * A {@link Budget} for the pools of several processes, with a PostgreSQL as its coordinator. All pools of all processes
 * that use the same name and the same database have at most {@code total} connections together.
 *
 * <p>Each process has one more session with the coordinator, outside its pools. It holds an advisory lock for each
 * permit. Permits are taken when a connection is opened, never when one is lent. A process that needs more permits asks
 * the others, and they give up connections as the pools of one {@link Budget} do. If a process ends, however it does,
 * the server frees its permits with its session.
 *
 * <p>While the session is lost, leases continue and nothing is opened. Afterwards the permits are locked again. If other
 * processes have taken them meanwhile, idle connections are closed, and leased ones when they are returned.
 *
 * <pre>{@code
 * var fleet = PostgresBudget.builder().name("orders").total(60).guaranteed(5).url(url).username(user).password(password).build();
 * var pool = RockpoolDataSource.builder().url(url).maxSize(40).budget(fleet.share(5)).build();
 * }</pre>
 *
 * <p>Close the pools first, then the budget. Thread-safe. It blocks no caller and no thread of a pool: a thread of its
 * own talks to the coordinator.
 */
public final class PostgresBudget implements AutoCloseable {
    private final String name;
    private final int total;
    private final int guaranteed;
    private final Coordinator coordinator;
    private final Budget local;

    private PostgresBudget(Builder builder) {
        name = builder.name;
        total = builder.total;
        guaranteed = builder.guaranteed;
        coordinator = new Coordinator(builder.source(), name, total, guaranteed);
        try {
            MethodHandles.publicLookup().ensureInitialized(Budget.class);
        } catch (IllegalAccessException e) {
            throw new LinkageError("Budget is not accessible", e);
        }
        local = (Budget) SharedBudgets.of(coordinator.ledger());
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What all processes that share the budget call it. */
    public String getName() {
        return name;
    }

    /** The most connections of all pools of all processes together. */
    public int getTotal() {
        return total;
    }

    /** The permits that this process always has. */
    public int getGuaranteed() {
        return guaranteed;
    }

    /** The permits that this process has now. */
    public int getHeld() {
        return local.getTotal();
    }

    /** The permits that pools of this process use now. */
    public int getTaken() {
        return local.getTaken();
    }

    /** The permits of each running pool of this process, in the order in which the pools were started. */
    public List<Budget.Use> getPools() {
        return local.getPools();
    }

    /** Why the coordinator is not connected; null if it is. While it is not, pools open nothing. */
    public SQLException getProblem() {
        return coordinator.problem();
    }

    /** A share without a guarantee, to be set as {@code budget} in the settings of one pool. */
    public Budget.Share share() {
        return local.share();
    }

    /**
     * A share for one pool.
     *
     * @param guaranteed how many connections the pool can always have, while the coordinator is connected
     * @throws IllegalArgumentException if it is negative or more than what this process is guaranteed
     */
    public Budget.Share share(int guaranteed) {
        return local.share(guaranteed);
    }

    /** Returns all permits and ends the session. Pools that still run open nothing any more. */
    @Override
    public void close() {
        coordinator.close();
    }

    @Override
    public String toString() {
        return "PostgresBudget[name=" + name + ", total=" + total + ", held=" + getHeld() + ", taken=" + getTaken()
                + "]";
    }

    /** Builds a budget from settings. Not thread-safe. */
    public static final class Builder {
        private static final String LOGIN_SECONDS = "5";

        private String name = "rockpool";
        private int total;
        private int guaranteed;
        private String url;
        private String username;
        private String password;
        private DataSource dataSource;

        private Builder() {}

        /** What all processes that share the budget call it. Default "rockpool". */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** The most connections of all processes together; the same in each of them. At least 1. Required. */
        public Builder total(int value) {
            total = value;
            return this;
        }

        /**
         * The permits that this process takes when it starts and always keeps. They are the most that its pools can be
         * guaranteed. The guarantees of all processes must not exceed the total. 0 to total. Default 0.
         */
        public Builder guaranteed(int value) {
            guaranteed = value;
            return this;
        }

        /**
         * The JDBC URL of the coordinator. It must lead to the server itself, not to a pooler that shares sessions.
         * Required, unless there is a data source.
         */
        public Builder url(String value) {
            url = value;
            return this;
        }

        /** The user. Default null: what the URL says. */
        public Builder username(String value) {
            username = value;
            return this;
        }

        /** The user's password. Default null: what the URL says. */
        public Builder password(String value) {
            password = value;
            return this;
        }

        /** Opens the coordinator's session instead of a URL. It must not be a pool. Default null. */
        public Builder dataSource(DataSource value) {
            dataSource = value;
            return this;
        }

        /**
         * Starts the budget and waits for its first attempt to connect, at most about ten seconds. If the coordinator
         * cannot be reached, it is tried again until it can, and pools open nothing meanwhile.
         *
         * @throws InvalidConfigException naming every problem, such as a pooler that shares sessions
         */
        public PostgresBudget build() {
            List<String> problems = problems();
            if (!problems.isEmpty()) throw new InvalidConfigException(name == null ? "budget" : name, problems);
            PostgresBudget budget = new PostgresBudget(this);
            SQLException problem = budget.coordinator.start();
            if (problem instanceof SharedSessionException) {
                budget.close();
                String where = url == null ? "dataSource" : "url is " + Secrets.mask(url) + " but";
                throw new InvalidConfigException(name, List.of(where + " " + problem.getMessage()));
            }
            return budget;
        }

        private List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (name == null || name.isBlank()) problems.add("name is " + name + " but must be a text");
            if (total < 1) problems.add("total is " + total + " but must be at least 1");
            else if (guaranteed < 0 || guaranteed > total)
                problems.add("guaranteed is " + guaranteed + " but must be 0 to " + total + ", the total");
            if ((url == null) == (dataSource == null)) problems.add("set either url or dataSource, not both");
            if (url != null && !url.startsWith("jdbc:postgresql:"))
                problems.add("url is " + Secrets.mask(url) + " but must begin with jdbc:postgresql:");
            return problems;
        }

        private SessionSource source() {
            if (dataSource != null) return dataSource::getConnection;
            Properties login = new Properties();
            if (username != null) login.setProperty("user", username);
            if (password != null) login.setProperty("password", password);
            login.setProperty("loginTimeout", LOGIN_SECONDS);
            login.setProperty("connectTimeout", LOGIN_SECONDS);
            login.setProperty("tcpKeepAlive", "true");
            String to = url;
            return () -> DriverManager.getConnection(to, login);
        }
    }
}
