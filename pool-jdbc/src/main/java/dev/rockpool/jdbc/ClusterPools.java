package dev.rockpool.jdbc;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;
import dev.rockpool.internal.balance.Candidate;
import dev.rockpool.internal.balance.Candidates;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.jdbc.internal.cluster.ClusterWatch;
import dev.rockpool.jdbc.internal.cluster.PoolListeners;
import dev.rockpool.jdbc.internal.cluster.PrimarySource;
import dev.rockpool.jdbc.internal.cluster.ReaderChoice;
import dev.rockpool.jdbc.internal.cluster.View;
import dev.rockpool.jdbc.internal.connect.MemberServer;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * The pools of a cluster. One pool serves all writers, whichever member is the primary, so they keep their place in its
 * queue when that changes. Each standby has a pool of its own, as long as it is one.
 *
 * <p>When the primary changes, its connections are evicted and its leases are ended before anything connects to the
 * next one. So no connection to a former primary is lent. Thread-safe.
 */
final class ClusterPools implements ClusterWatch.Listener {
    /** How long reads of a member that is not a standby any more may go on. */
    private static final Duration GRACE_OF_READERS = Duration.ofSeconds(5);

    /** A pool that may serve a caller. {@code member} is -1 for the primary. */
    record Choice(int member, JdbcPool pool, Candidate<PhysicalConnection> candidate) {
        boolean isPrimary() {
            return member < 0;
        }
    }

    private static final int WRITER = 0;

    private final String name;
    private final PrimarySource source;
    private final ClusterWatch watch;
    private final BiFunction<Integer, Runnable, JdbcConfig> readerConfigs;
    private final AtomicReferenceArray<Choice> readers;
    private final ReaderChoice choice = ReaderChoice.LESS_BUSY_OF_TWO;
    private final List<Consumer<ClusterEvent>> listeners = new CopyOnWriteArrayList<>();
    private final PoolListeners poolListeners;
    private final JdbcPool writer;
    private final List<Choice> writers;

    /** Readers that wait do so in the pools of all standbys that serve, also of those that come later. */
    private final Candidates<PhysicalConnection> reading = new Candidates<>();

    /** Every pool that may still have leases, by the number of its candidate. */
    private final Map<Integer, Choice> choices = new ConcurrentHashMap<>();

    private int lastNumber = WRITER;

    /** The writers' pool for the watch, which runs before the pool is complete. */
    private volatile JdbcPool evicted;

    private volatile int changes;
    private volatile boolean closed;

    /** Completes with the next change, and is then replaced. */
    private volatile CompletableFuture<Void> nextChange = new CompletableFuture<>();

    /**
     * @param writerConfig the settings of the writers' pool, from its source and from what looks at all members
     * @param readerConfigs the settings of the pool of a standby, from its number and the same
     */
    ClusterPools(
            String name,
            List<MemberServer> servers,
            Duration maxLag,
            BiFunction<DataSource, Runnable, JdbcConfig> writerConfig,
            BiFunction<Integer, Runnable, JdbcConfig> readerConfigs) {
        this.name = name;
        this.readerConfigs = readerConfigs;
        this.readers = new AtomicReferenceArray<>(servers.size());
        this.poolListeners = new PoolListeners(name);
        this.watch = new ClusterWatch(name, servers, maxLag.toNanos(), this);
        this.source = new PrimarySource(name, servers, watch);
        JdbcConfig config = writerConfig.apply(source, watch::look);
        watch.start();
        try {
            this.writer = new JdbcPool(config);
        } catch (RuntimeException | Error e) {
            watch.close();
            source.close();
            for (CompletableFuture<Void> reader : closeReaders(Duration.ZERO)) reader.join();
            throw e;
        }
        writers = List.of(chosen(-1, WRITER, writer));
        evicted = writer; // before it looks for changes, which look for it in turn
        if (changes > 1) writer.getControl().evictAll("the primary changed while the pool was started");
    }

    String name() {
        return name;
    }

    JdbcPool writer() {
        return writer;
    }

    View view() {
        return watch.view();
    }

    /** Asks all members soon, because something seems to have happened. */
    void look() {
        watch.look();
    }

    boolean isClosed() {
        return closed;
    }

    /** Completes with the next change of a member. */
    CompletableFuture<Void> nextChange() {
        return nextChange;
    }

    Candidates<PhysicalConnection> reading() {
        return reading;
    }

    /** The pool with this number. It has a lease, or a caller that waits. */
    Choice choice(int number) {
        return choices.get(number);
    }

    /** The pool that has lent this connection. */
    Choice choiceOf(PooledConnection lent) {
        for (Choice one : choices.values())
            if (lent.isOf(one.pool().getDataSource().running().engine)) return one;
        throw new IllegalStateException("not a connection of a member: " + lent);
    }

    private Choice chosen(int member, int number, JdbcPool pool) {
        Choice made = new Choice(
                member, pool, new Candidate<>(number, pool.getDataSource().running().engine));
        choices.put(number, made);
        return made;
    }

    /** The pools for this target now, the preferred one first. Empty if there is none. */
    List<Choice> choose(Target target) {
        if (target == Target.PRIMARY) return writers;
        List<Integer> serving = new ArrayList<>();
        View known = watch.view();
        for (int member = 0; member < readers.length(); member++)
            if (known.serves(member) && readers.get(member) != null) serving.add(member);
        // One that owes an answer may be frozen, so others come first. If all owe one, they only have much to do.
        List<Integer> prompt =
                serving.stream().filter(member -> !watch.isLate(member)).toList();
        if (!prompt.isEmpty()) serving = new ArrayList<>(prompt);
        List<Choice> all = new ArrayList<>();
        if (!serving.isEmpty()) {
            Integer first = choice.choose(serving, this::callers);
            serving.remove(first);
            serving.add(0, first);
            for (int member : serving) {
                Choice reader = readers.get(member);
                if (reader != null) all.add(reader);
            }
        }
        boolean fallsBack = all.isEmpty()
                && target == Target.PREFER_STANDBY
                && watch.decided().isDone();
        return fallsBack ? writers : all;
    }

    private int callers(int member) {
        Choice reader = readers.get(member);
        if (reader == null) return Integer.MAX_VALUE;
        PoolStats now = reader.pool().snapshot();
        return now.getLeased() + now.getPending();
    }

    /** Whether this pool still serves callers who accept a standby, or the primary. */
    boolean serves(Choice chosen) {
        return chosen.isPrimary()
                || readers.get(chosen.member()) == chosen && watch.view().serves(chosen.member());
    }

    /** Whether calls may run there, now or later. */
    boolean uses(Choice one) {
        return one.isPrimary() || readers.get(one.member()) == one;
    }

    /** Whether the pool was closed, because its member is not a standby any more. */
    boolean isOver(Choice chosen) {
        return !chosen.isPrimary() && !closed && readers.get(chosen.member()) != chosen;
    }

    @Override
    public void changes(View before, View now) {
        if (now.primary() != before.primary()) changePrimary(before, now);
        for (int member = 0; member < readers.length(); member++) {
            boolean isStandby = now.isStandby(member);
            if (isStandby && readers.get(member) == null) {
                JdbcPool reader = newReader(member);
                readers.set(member, chosen(member, ++lastNumber, reader));
                poolListeners.opened(reader.getControl());
            }
            if (!isStandby && readers.get(member) != null) retire(readers.getAndSet(member, null));
        }
    }

    @Override
    public void changed() {
        View known = watch.view();
        for (int member = 0; member < readers.length(); member++) {
            Choice reader = readers.get(member);
            if (reader == null) continue;
            if (!known.serves(member)) reading.left(reader.candidate());
            else if (reading.joined(reader.candidate()))
                PoolThreads.INSTANCE.execute(() -> reading.invite(reader.candidate()));
        }
        CompletableFuture<Void> waiting = nextChange;
        nextChange = new CompletableFuture<>();
        waiting.completeAsync(() -> null, PoolThreads.INSTANCE::execute);
    }

    private JdbcPool newReader(int member) {
        return new JdbcPool(readerConfigs.apply(member, watch::look));
    }

    private void changePrimary(View before, View now) {
        changes++;
        JdbcPool pool = evicted;
        CompletableFuture<Void> cutOff = CompletableFuture.completedFuture(null);
        if (before.primary() >= 0) {
            source.cutOff();
            String former = before.members().get(before.primary()).getName();
            if (pool != null) cutOff = evict(pool, former + " is not the primary any more");
        }
        source.route(now.primary());
        if (pool != null && now.primary() >= 0) pool.getDataSource().serverChanged();
        cutOff.join();
    }

    private static CompletableFuture<Void> evict(JdbcPool pool, String reason) {
        pool.getControl().evictAll(reason);
        return pool.getDataSource().abortLeases(reason);
    }

    private void retire(Choice reader) {
        reading.left(reader.candidate());
        poolListeners.retired(reader.pool().getControl());
        PoolThreads.INSTANCE.execute(() -> {
            reader.pool().getDataSource().close(GRACE_OF_READERS);
            choices.values().remove(reader);
        });
    }

    @Override
    public void mayBePromoted(int member) {
        source.prepare(member);
    }

    @Override
    public void calm() {
        source.calm();
    }

    @Override
    public void happened(ClusterEvent event) {
        for (Consumer<ClusterEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException | Error e) {
                PoolLogKt.logWarn(e, () -> "cluster '" + name + "': a listener failed");
            }
        }
    }

    AutoCloseable addListener(Consumer<ClusterEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    AutoCloseable addPoolListener(Consumer<PoolControl> listener) {
        return poolListeners.add(listener, () -> controls().values());
    }

    /** The controls of all pools: first that of the writers, then those of the standbys by member. */
    Map<String, PoolControl> controls() {
        Map<String, PoolControl> all = new LinkedHashMap<>();
        all.put(JdbcCluster.PRIMARY, writer.getControl());
        List<ClusterMember> members = view().members();
        for (int member = 0; member < readers.length(); member++) {
            Choice reader = readers.get(member);
            if (reader != null)
                all.put(members.get(member).getName(), reader.pool().getControl());
        }
        return all;
    }

    /** The numbers of all pools: first that of the writers, then those of the standbys. */
    List<PoolStats> snapshot() {
        return controls().values().stream().map(PoolControl::snapshot).toList();
    }

    /** Closes all pools at the same time, and returns when all have ended. */
    void close(Duration grace) {
        closed = true;
        watch.close();
        source.close();
        changed(); // callers that wait for a standby fail now
        List<CompletableFuture<Void>> closing = closeReaders(grace);
        writer.getDataSource().close(grace);
        closing.forEach(CompletableFuture::join);
        PoolThreads.INSTANCE.joinUnneeded();
    }

    private List<CompletableFuture<Void>> closeReaders(Duration grace) {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (int member = 0; member < readers.length(); member++) {
            Choice reader = readers.get(member);
            if (reader != null)
                closing.add(CompletableFuture.runAsync(
                        () -> reader.pool().getDataSource().close(grace), PoolThreads.INSTANCE::execute));
        }
        return closing;
    }
}
