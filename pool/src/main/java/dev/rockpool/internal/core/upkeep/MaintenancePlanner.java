package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.connectivity.Connectivity.Failing;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.lending.WakePolicy;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.SlotWord;
import dev.rockpool.internal.core.slot.Slots;

/**
 * Decides what the keeper does: which slots to open, probe and close, and when to look again.
 *
 * <p>Nobody reads a clock when a connection is lent or returned. Upkeep compares each slot's word with the one it saw at
 * its last look; a word that did not change tells how long the slot has been idle, or leased, to within one tick. A
 * slot that sat idle for the trust window becomes stale. When everything idle is stale there is nothing left to
 * watch but the real deadlines: an idle pool sleeps.
 *
 * <p>Single-threaded: belongs to the keeper. It changes slots only by their verbs.
 */
public final class MaintenancePlanner<C> {
    private static final String CLOSED = "the pool is closed";
    private static final String SHRUNK = "the pool was made smaller";

    /** A few times what a call holds a connection, and a small part of what it takes to connect where that is slow. */
    private static final long WAIT_STEP = 25_000_000;

    private static final double KEEPALIVE_JITTER = 0.2;

    /** Multiples of it, without their whole parts, lie far apart from each other. */
    private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

    private final PoolState<C> lending;
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final Breaker breaker;
    private MaintenanceSettings settings;
    private int recentPeak;

    /** How many idle connections are past their lifetime and stay only until another one has been opened. */
    private int awaitingReplacement;

    public MaintenancePlanner(PoolState<C> lending, MaintenanceSettings settings) {
        this.lending = lending;
        this.slots = lending.slots();
        this.connectivity = lending.connectivity();
        this.breaker = new Breaker(connectivity);
        settings(settings);
    }

    /** Goes on with other settings. Too many connections are closed by the next look. */
    public final void settings(MaintenanceSettings settings) {
        this.settings = settings;
        lending.prove(settings.trustWindow() == 0, settings.probeOnReturn());
    }

    /** Looks at everything once. */
    public Plan<C> plan(long now) {
        Plan<C> plan = new Plan<>();
        slots.resize(settings.maxSize());
        lending.spare(WakePolicy.NOW); // whoever comes from now on is heard: this look may age what it would find
        observe(now, plan);
        if (lending.isClosed()) {
            drain(plan);
            return plan;
        }
        shrink(plan);
        retireExpired(now, plan);
        closeLongIdle(now, plan);
        probeForWaiters(now, plan);
        probeForKeepalive(now, plan);
        age(now, plan);
        breaker.look(now, anyOpen(), settings.failFastAfter(), plan);
        open(now, plan);
        if (plan.isSomething()) plan.lookAt(now + settings.tick());
        lending.spare(spare(now));
        return plan;
    }

    /** How long the present lease of this slot lasts, as far as it was seen: it began no later, and at most one tick before. */
    public static long heldFor(Slot<?> slot, long now) {
        long ticket = slot.ticket();
        return Math.max(slot.seenWord == ticket ? now - slot.seenAt : 0, slot.lentFor(ticket, now));
    }

    private void observe(long now, Plan<C> plan) {
        int leased = 0;
        for (Slot<C> slot : slots.all()) {
            long ticket = slot.ticket();
            long word = SlotWord.withoutProbe(ticket);
            Phase phase = Phase.of(ticket);
            if (phase == Phase.LEASED) leased++;
            if (phase != Phase.IDLE && phase != Phase.VACANT) plan.lookAt(now + settings.tick());
            if (slot.seenWord != word) {
                slot.seenWord = word;
                slot.seenAt = now;
                plan.lookAt(now + settings.tick());
            }
        }
        if (lending.waiting() > 0) plan.lookAt(now + settings.tick());
        recentPeak = Math.max(leased, recentPeak - Math.max(1, recentPeak / 8));
        slots.window(Math.max(settings.minIdle(), recentPeak + 1));
    }

    private void drain(Plan<C> plan) {
        for (Slot<C> slot : slots.all()) {
            if (slot.startClose(CLOSED)) plan.close().add(slot);
            else if (slot.retire() && slot.startClose(CLOSED)) plan.close().add(slot);
        }
    }

    /** After the pool was made smaller: closes idle ones first; leased ones retire on return. */
    private void shrink(Plan<C> plan) {
        int surplus = -settings.maxSize();
        for (Slot<C> slot : slots.all()) if (slot.isToStay()) surplus++;
        Slot<C>[] all = slots.all();
        for (int i = all.length - 1; i >= 0 && surplus > 0; i--) {
            if (!all[i].startClose(SHRUNK)) continue;
            plan.close().add(all[i]);
            surplus--;
        }
        for (int i = all.length - 1; i >= 0 && surplus > 0; i--) {
            if (all[i].isRetired() || !all[i].retire()) continue;
            if (all[i].startClose(SHRUNK)) plan.close().add(all[i]);
            surplus--;
        }
    }

    /**
     * A leased connection past its lifetime retires on return. An idle one, or one that is probed, that is needed for the minimum stays until
     * another one has been opened, if there is room for both, here and on the other side; else they go one at a time. While connecting
     * fails for another reason both stay: an old connection is better than none.
     */
    private void retireExpired(long now, Plan<C> plan) {
        awaitingReplacement = 0;
        PhaseCounts census = PhaseCounts.of(slots);
        int idle = census.count(Phase.IDLE) + census.count(Phase.PROBING);
        int total = census.total();
        Failing failing = connectivity.failing();
        boolean full = failing != null && failing.isFull(census.open());
        boolean away = failing != null && !full;
        boolean changing = census.count(Phase.OPENING) + census.count(Phase.CLOSING) > 0;
        for (Slot<C> slot : slots.all()) {
            if (!slot.isOpen() || slot.isRetired()) continue;
            if (slot.expiresAt() > now) {
                plan.lookAt(slot.expiresAt());
                continue;
            }
            Phase phase = slot.phase();
            if (phase == Phase.LEASED && away) continue;
            if ((phase == Phase.IDLE || phase == Phase.PROBING) && idle - awaitingReplacement <= settings.minIdle()) {
                boolean room = total + awaitingReplacement < settings.maxSize() && !full;
                if (room || changing || awaitingReplacement > 0 || away) {
                    awaitingReplacement++;
                    continue;
                }
                changing = true;
            }
            if (slot.retire() && slot.startClose("it reached its lifetime")) {
                plan.close().add(slot);
                idle--;
            }
        }
    }

    private void closeLongIdle(long now, Plan<C> plan) {
        if (settings.idleTimeout() == Long.MAX_VALUE) return;
        int surplus = PhaseCounts.of(slots).count(Phase.IDLE) - settings.minIdle();
        Slot<C>[] all = slots.all();
        for (int i = all.length - 1; i >= 0 && surplus > 0; i--) {
            Slot<C> slot = all[i];
            if (slot.phase() != Phase.IDLE) continue;
            long due = slot.seenAt + settings.idleTimeout();
            if (due > now) {
                plan.lookAt(due);
            } else if (isSeenIdle(slot) && slot.startClose("idle for long")) {
                plan.close().add(slot);
                surplus--;
            } else {
                plan.lookAt(now + settings.tick());
            }
        }
    }

    /** One stale connection is probed for each caller that waits. */
    private void probeForWaiters(long now, Plan<C> plan) {
        int wanted = waiting() - InFlight.of(slots, now, settings).freshProbes();
        for (Slot<C> slot : slots.all()) {
            if (wanted > 0 && slot.isStale() && probe(slot, now, plan)) wanted--;
        }
    }

    private boolean probe(Slot<C> slot, long now, Plan<C> plan) {
        if (!slot.startProbe(now)) return false;
        plan.probe().add(slot);
        return true;
    }

    private void probeForKeepalive(long now, Plan<C> plan) {
        if (settings.keepaliveInterval() == Long.MAX_VALUE) return;
        for (Slot<C> slot : slots.all()) {
            if (slot.phase() != Phase.IDLE) continue;
            long due = Math.max(slot.seenAt, slot.provenAt) + keepaliveOf(slot);
            if (due > now) plan.lookAt(due);
            else if (!isSeenIdle(slot) || !probe(slot, now, plan)) plan.lookAt(now + settings.tick());
        }
    }

    /** Each connection's own interval: up to a fifth shorter, so that those that went idle together are not probed together. */
    private long keepaliveOf(Slot<C> slot) {
        double spread = slot.number() * GOLDEN_RATIO;
        return (long) (settings.keepaliveInterval() * (1 - KEEPALIVE_JITTER * (spread - Math.floor(spread))));
    }

    private void age(long now, Plan<C> plan) {
        if (waiting() > 0) return; // what is fresh is on its way to them, and the next look comes soon
        // Whatever is fresh can be lent without the keeper's knowledge, so it looks again after one tick.
        for (Slot<C> slot : slots.all()) {
            if (slot.phase() != Phase.IDLE || slot.isStale()) continue;
            if (settings.trustWindow() == Long.MAX_VALUE) {
                plan.lookAt(now + settings.tick());
                continue;
            }
            long due = Math.max(slot.seenAt, slot.provenAt) + settings.trustWindow();
            if (due > now) plan.lookAt(Math.min(due, now + settings.tick()));
            else if (!isSeenIdle(slot) || !slot.doubt()) plan.lookAt(now + settings.tick());
        }
    }

    /**
     * Opens for whoever waits, for the minimum, and to see whether the other side is back. While connects fail or hang, one attempt at
     * a time, and spaced; one that hangs does not hold up the next if somebody waits for it. Where the other side is only full,
     * callers are served by what is open, so attempts need not be as frequent as in an outage.
     */
    private void open(long now, Plan<C> plan) {
        InFlight underway = InFlight.of(slots, now, settings);
        PhaseCounts census = PhaseCounts.of(slots);
        int waiting = waiting();
        boolean eager = waiting > 0 || connectivity.isRetryRequested();
        if (eager) plan.lookAt(underway.nextSlow());
        int forWaiters = waiting - underway.help() - fresh();
        int forMinimum = settings.minIdle() - census.count(Phase.IDLE) + awaitingReplacement - underway.all();
        int forRecovery = connectivity.down() == null ? 0 : 1;
        int room = settings.maxSize() - census.total();
        int wanted = Math.min(room, Math.max(Math.max(forWaiters, forRecovery), waiting > 0 ? 0 : forMinimum));
        int atOnce = waiting > 0 ? opensForWaiters(now, census) : settings.maxConcurrentOpens();
        if (waiting > 0 && room > 0 && atOnce < settings.maxConcurrentOpens()) plan.lookAt(nextStep(now));
        wanted = Math.min(wanted, atOnce - underway.opening());
        if (wanted <= 0) return;
        Failing failing = connectivity.failing();
        if (failing != null || underway.slowOpens() > 0) {
            if ((eager ? underway.freshOpens() : underway.opening()) > 0) return;
            long due = failing == null ? now : due(failing, eager && !failing.isFull(census.open()));
            if (due > now) {
                plan.lookAt(due);
                return;
            }
            wanted = 1;
        }
        for (Slot<C> slot : slots.all()) {
            if (wanted > 0 && slot.reserve(now)) {
                plan.open().add(slot);
                wanted--;
            }
        }
        connectivity.attempted();
    }

    private long due(Failing failing, boolean eagerly) {
        return eagerly ? failing.dueEagerly(settings.eagerRetry()) : failing.due();
    }

    /**
     * How many may be opened at the same time. While connections are in use, whoever waits will probably be served by one that
     * comes back, sooner than by a new one; so after the first, another one is opened only for each step that somebody has waited.
     */
    private int opensForWaiters(long now, PhaseCounts census) {
        int most = settings.maxConcurrentOpens();
        int inUse = census.count(Phase.LEASED);
        if (lending.isProving()) inUse += census.count(Phase.PROBING); // they come back as soon as they are proven
        if (inUse == 0) return most;
        return (int) Math.min(most, stepsWaited(now) + 1);
    }

    private long stepsWaited(long now) {
        return lending.waiters().longestWait(now) / WAIT_STEP;
    }

    private long nextStep(long now) {
        return now - lending.waiters().longestWait(now) + (stepsWaited(now) + 1) * WAIT_STEP;
    }

    /** For how many callers something is to be done: for none during a pause. */
    private int waiting() {
        return lending.isPaused() ? 0 : lending.waiting();
    }

    /** How many slots are about to be handed to a waiter, or to be found by one that was woken. */
    private int fresh() {
        int count = 0;
        for (Slot<C> slot : slots.all()) {
            if ((slot.word() & SlotWord.STATE) == SlotWord.IDLE) count++;
        }
        return count;
    }

    /** What is to be said of one more who waits, after all that this look does. */
    private WakePolicy spare(long now) {
        if (lending.isProving()) return WakePolicy.NOW; // a lease that ends leaves its slot stale, and tells nobody
        InFlight underway = InFlight.of(slots, now, settings);
        if (underway.stale() > 0) return WakePolicy.NOW;
        PhaseCounts census = PhaseCounts.of(slots);
        if (census.total() >= settings.maxSize()) return WakePolicy.NOTHING;
        if (connectivity.isFailing() || underway.slowOpens() > 0) {
            boolean allHelped = waiting()
                    <= underway.help() + fresh(); // by a probe, say: then nobody watches when to connect again
            return allHelped ? WakePolicy.NOW : WakePolicy.LATER;
        }
        return underway.opening() < opensForWaiters(now, census) ? WakePolicy.NOW : WakePolicy.LATER;
    }

    private boolean anyOpen() {
        for (Slot<C> slot : slots.all()) if (slot.isOpen()) return true;
        return false;
    }

    /** Whether the slot still is as it was at the last look: idle since then. */
    private static boolean isSeenIdle(Slot<?> slot) {
        return slot.seenWord == slot.ticket();
    }
}
