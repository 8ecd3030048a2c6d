package dev.rockpool.internal.core;

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
public final class Upkeep<C> {
    private static final String CLOSED = "the pool is closed";

    private final Lending<C> lending;
    private final Slots<C> slots;
    private final UpkeepSettings settings;
    private final Retry retry;
    private final Breaker breaker;
    private int recentPeak;

    public Upkeep(Lending<C> lending, UpkeepSettings settings, Retry retry) {
        this.lending = lending;
        this.slots = lending.slots();
        this.settings = settings;
        this.retry = retry;
        this.breaker = new Breaker(retry);
    }

    /** Looks at everything once. */
    public Plan<C> plan(long now) {
        Plan<C> plan = new Plan<>();
        lending.spare(true); // whoever comes from now on is heard: this look may age what it would find
        observe(now, plan);
        if (lending.isClosed()) {
            drain(plan);
            return plan;
        }
        retireExpired(now, plan);
        closeLongIdle(now, plan);
        probeForWaiters(now, plan);
        probeForKeepalive(now, plan);
        age(now, plan);
        plan.down(breaker.downSince(now, anyOpen(), settings.failFastAfter(), plan));
        open(now, plan);
        lending.spare(anySpare());
        return plan;
    }

    /**
     * How long the longest lease lasts, as far as it was seen: it began no later than that, and at most one tick before. Zero when
     * nothing is leased.
     */
    public long longestLease(long now) {
        long longest = 0;
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (slot.phase() == Phase.LEASED) longest = Math.max(longest, heldFor(slot, now));
        }
        return longest;
    }

    /** How long the present lease of this slot lasts, as far as it was seen. */
    public long heldFor(Slot<C> slot, long now) {
        return slot.seenWord == slot.ticket() ? now - slot.seenAt : 0;
    }

    private void observe(long now, Plan<C> plan) {
        int leased = 0;
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            long word = slot.ticket();
            if (slot.seenWord != word) {
                slot.seenWord = word;
                slot.seenAt = now;
                plan.lookAt(now + settings.tick());
            }
            if (Phase.of(word) == Phase.LEASED) {
                leased++;
                plan.lookAt(now + settings.tick());
            }
        }
        if (lending.waiting() > 0) plan.lookAt(now + settings.tick());
        recentPeak = Math.max(leased, recentPeak - Math.max(1, recentPeak / 8));
        slots.window(Math.max(settings.minIdle(), recentPeak + 1));
    }

    private void drain(Plan<C> plan) {
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (slot.startClose(CLOSED)) plan.close().add(slot);
            else if (slot.retire() && slot.startClose(CLOSED)) plan.close().add(slot);
        }
    }

    private void retireExpired(long now, Plan<C> plan) {
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (!isOpen(slot) || slot.isRetired()) continue;
            if (slot.expiresAt() > now) plan.lookAt(slot.expiresAt());
            else if (slot.retire() && slot.startClose("it reached its lifetime"))
                plan.close().add(slot);
        }
    }

    private void closeLongIdle(long now, Plan<C> plan) {
        if (settings.idleTimeout() == Long.MAX_VALUE) return;
        int surplus = Census.of(slots).count(Phase.IDLE) - settings.minIdle();
        for (int i = slots.size() - 1; i >= 0 && surplus > 0; i--) {
            Slot<C> slot = slots.get(i);
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
        int wanted = lending.waiting() - Underway.of(slots, now, settings).freshProbes();
        for (int i = 0; i < slots.size() && wanted > 0; i++) {
            Slot<C> slot = slots.get(i);
            if (slot.isStale() && probe(slot, now, plan)) wanted--;
        }
    }

    private boolean probe(Slot<C> slot, long now, Plan<C> plan) {
        if (!slot.startProbe()) return false;
        slot.begunAt = now;
        plan.probe().add(slot);
        return true;
    }

    private void probeForKeepalive(long now, Plan<C> plan) {
        if (settings.keepaliveInterval() == Long.MAX_VALUE) return;
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (slot.phase() != Phase.IDLE) continue;
            long due = Math.max(slot.seenAt, slot.provenAt) + settings.keepaliveInterval();
            if (due > now) plan.lookAt(due);
            else if (!isSeenIdle(slot) || !probe(slot, now, plan)) plan.lookAt(now + settings.tick());
        }
    }

    private void age(long now, Plan<C> plan) {
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (slot.phase() != Phase.IDLE || slot.isStale()) continue;
            if (settings.trustWindow() == Long.MAX_VALUE) {
                plan.lookAt(
                        now + settings.tick()); // it never becomes stale, so its next lease would not wake the keeper
                continue;
            }
            long due = slot.seenAt + settings.trustWindow();
            if (due > now) plan.lookAt(due);
            else if (!isSeenIdle(slot) || !slot.doubt()) plan.lookAt(now + settings.tick());
        }
    }

    /**
     * Opens for whoever waits, for the minimum, and to see whether the other side is back. While connects fail or hang, one attempt at
     * a time, and spaced; one that hangs does not hold up the next if somebody waits for it.
     */
    private void open(long now, Plan<C> plan) {
        Underway underway = Underway.of(slots, now, settings);
        int waiting = lending.waiting();
        boolean eager = waiting > 0 || lending.isAsked();
        if (eager) plan.lookAt(underway.nextSlow());
        int forWaiters = waiting - underway.help() - fresh();
        int forMinimum = settings.minIdle() - Census.of(slots).count(Phase.IDLE) - underway.all();
        int forRecovery = plan.isDown() ? 1 : 0;
        int wanted = Math.min(
                Math.max(Math.max(forWaiters, forRecovery), waiting > 0 ? 0 : forMinimum),
                settings.maxConcurrentOpens() - underway.opening());
        if (wanted <= 0) return;
        if (retry.isFailing() || underway.slowOpens() > 0) {
            if ((eager ? underway.freshOpens() : underway.opening()) > 0) return;
            long due = retry.isFailing() ? retry.due(eager ? settings.eagerRetry() : Long.MAX_VALUE) : now;
            if (due > now) {
                plan.lookAt(due);
                return;
            }
            wanted = 1;
        }
        for (int i = 0; i < slots.size() && wanted > 0; i++) {
            Slot<C> slot = slots.get(i);
            if (slot.reserve()) {
                slot.begunAt = now;
                plan.open().add(slot);
                wanted--;
            }
        }
        lending.answered();
    }

    /** How many slots are about to be handed to a waiter, or to be found by one that was woken. */
    private int fresh() {
        int count = 0;
        for (int i = 0; i < slots.size(); i++) {
            if ((slots.get(i).word() & SlotWord.STATE) == SlotWord.IDLE) count++;
        }
        return count;
    }

    private boolean anySpare() {
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (slot.phase() == Phase.VACANT || slot.isStale()) return true;
        }
        return false;
    }

    private boolean anyOpen() {
        for (int i = 0; i < slots.size(); i++) if (isOpen(slots.get(i))) return true;
        return false;
    }

    /** Whether the slot still is as it was at the last look: idle since then. */
    private static boolean isSeenIdle(Slot<?> slot) {
        return slot.seenWord == slot.ticket();
    }

    private static boolean isOpen(Slot<?> slot) {
        Phase phase = slot.phase();
        return phase == Phase.IDLE || phase == Phase.LEASED || phase == Phase.PROBING;
    }
}
