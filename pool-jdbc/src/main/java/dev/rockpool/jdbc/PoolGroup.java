package dev.rockpool.jdbc;

import dev.rockpool.Budget;
import dev.rockpool.jdbc.internal.config.JdbcChange;
import dev.rockpool.jdbc.internal.files.FilePool;
import dev.rockpool.jdbc.internal.files.FileSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The pools of one file and their budget. Its changes are made by one thread at a time. */
final class PoolGroup {
    private static final Duration GRACE_OF_REMOVED = Duration.ofMinutes(1);

    private volatile Map<String, JdbcPool> all;

    /** Null if the file has none. */
    private final Budget budget;

    /** Pools that were removed and are still closing. */
    private final List<CompletableFuture<Void>> leaving = new ArrayList<>();

    private PoolGroup(Budget budget, Map<String, JdbcPool> all) {
        this.budget = budget;
        this.all = all;
    }

    /** Starts all pools, or none if one of them cannot start. */
    static PoolGroup start(PoolsFile file) {
        Integer total = file.settings().total();
        PoolGroup group = new PoolGroup(total == null ? null : new Budget(total), Map.of());
        Map<String, JdbcConfig> configs = new LinkedHashMap<>();
        file.settings().pools().forEach((name, pool) -> configs.put(name, group.config(pool, pool.guaranteed())));
        group.all = started(configs);
        return group;
    }

    Map<String, JdbcPool> all() {
        return all;
    }

    Budget budget() {
        return budget;
    }

    /**
     * Applies the settings to all pools, or to none.
     *
     * @throws InvalidPoolsFileException if something cannot change while the pools run
     */
    void change(PoolsFile file) {
        FileSettings settings = file.settings();
        checkChange(file);
        int before = budget == null ? 0 : budget.getTotal();
        if (budget != null) budget.resize(Math.max(before, settings.total()));
        Map<String, JdbcPool> added = added(settings, before);

        // From here on nothing fails. Guarantees that shrink come first, so that their sum never exceeds the total.
        Map<String, JdbcPool> next = new LinkedHashMap<>();
        settings.pools().keySet().forEach(name -> next.put(name, added.getOrDefault(name, all.get(name))));
        List<Map.Entry<String, JdbcPool>> removed = all.entrySet().stream()
                .filter(pool -> !next.containsKey(pool.getKey()))
                .toList();
        for (Map.Entry<String, JdbcPool> pool : removed) guaranteeNothing(pool.getValue());
        next.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        pool -> settings.pools().get(pool.getKey()).guaranteed() - guaranteed(pool.getValue())))
                .forEach(pool -> {
                    FilePool wanted = settings.pools().get(pool.getKey());
                    pool.getValue().reconfigure(config(wanted, wanted.guaranteed()));
                });
        if (budget != null) budget.resize(settings.total());
        all = next;
        for (Map.Entry<String, JdbcPool> pool : removed) leave(pool.getKey(), pool.getValue());
    }

    private void checkChange(PoolsFile file) {
        List<String> problems = new ArrayList<>();
        FileSettings settings = file.settings();
        if ((settings.total() == null) != (budget == null))
            problems.add("budget cannot be added or removed while the pools run; restart for that");
        else
            settings.pools().forEach((name, pool) -> {
                JdbcPool running = all.get(name);
                if (running == null) return;
                new JdbcChange(running.getConfig(), config(pool, guaranteed(running)))
                        .problems()
                        .forEach(problem -> problems.add("pools." + name + "." + problem));
            });
        if (problems.isEmpty()) return;
        throw new InvalidPoolsFileException(
                file.file(),
                problems.stream().map(problem -> file.file() + ": " + problem).toList());
    }

    private Map<String, JdbcPool> added(FileSettings settings, int totalBefore) {
        Map<String, JdbcConfig> configs = new LinkedHashMap<>();
        settings.pools().forEach((name, pool) -> {
            if (!all.containsKey(name)) configs.put(name, config(pool, 0));
        });
        try {
            return started(configs);
        } catch (RuntimeException | Error e) {
            if (budget != null) budget.resize(totalBefore);
            throw e;
        }
    }

    private static Map<String, JdbcPool> started(Map<String, JdbcConfig> configs) {
        Map<String, JdbcPool> started = new LinkedHashMap<>();
        try {
            configs.forEach((name, config) -> started.put(name, new JdbcPool(config)));
            return started;
        } catch (RuntimeException | Error e) {
            started.values().forEach(pool -> pool.getDataSource().close(Duration.ZERO));
            throw e;
        }
    }

    private JdbcConfig config(FilePool pool, int guaranteed) {
        if (budget == null) return pool.config();
        int possible = Math.min(guaranteed, budget.getTotal());
        return pool.config().toBuilder().budget(budget.share(possible)).build();
    }

    private static int guaranteed(JdbcPool pool) {
        Budget.Share share = pool.getConfig().getPool().getBudget();
        return share == null ? 0 : share.guaranteed();
    }

    private void guaranteeNothing(JdbcPool pool) {
        if (budget == null) return;
        pool.reconfigure(pool.getConfig().toBuilder().budget(budget.share()).build());
    }

    private void leave(String name, JdbcPool pool) {
        leaving.removeIf(CompletableFuture::isDone);
        leaving.add(closing(name, pool, GRACE_OF_REMOVED));
    }

    private static CompletableFuture<Void> closing(String name, JdbcPool pool, Duration grace) {
        return CompletableFuture.runAsync(() -> pool.getDataSource().close(grace), task -> {
            Thread thread = new Thread(task, "rockpool-close-" + name);
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Closes all pools at the same time, and returns when all have ended. */
    void close(Duration grace) {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        all.forEach((name, pool) -> closing.add(closing(name, pool, grace)));
        Stream.concat(closing.stream(), leaving.stream()).forEach(CompletableFuture::join);
    }
}
