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
    private int recentPeak;

    public Upkeep(Lending<C> lending, UpkeepSettings settings, Retry retry) {
        this.lending = lending;
        this.slots = lending.slots();
        this.settings = settings;
        this.retry = retry;
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
        probeForWaiters(plan);
        probeForKeepalive(now, plan);
        age(now, plan);
        open(now, plan);
        lending.spare(anySpare());
        return plan;
    }

    /** How long the present lease of this slot lasts, as far as it was seen: it began no later, and at most one tick before. */
    public long heldFor(Slot<C> slot, long now) {
        long ticket = slot.ticket();
        return Math.max(slot.seenWord == ticket ? now - slot.seenAt : 0, slot.lentFor(ticket, now));
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
    private void probeForWaiters(Plan<C> plan) {
        int wanted = lending.waiting() - Census.of(slots).count(Phase.PROBING);
        for (int i = 0; i < slots.size() && wanted > 0; i++) {
            Slot<C> slot = slots.get(i);
            if (slot.isStale() && slot.startProbe()) {
                plan.probe().add(slot);
                wanted--;
            }
        }
    }

    private void probeForKeepalive(long now, Plan<C> plan) {
        if (settings.keepaliveInterval() == Long.MAX_VALUE) return;
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (slot.phase() != Phase.IDLE) continue;
            long due = Math.max(slot.seenAt, slot.provenAt) + settings.keepaliveInterval();
            if (due > now) plan.lookAt(due);
            else if (isSeenIdle(slot) && slot.startProbe()) plan.probe().add(slot);
            else plan.lookAt(now + settings.tick());
        }
    }

    private void age(long now, Plan<C> plan) {
        // Whatever is fresh can be lent without the keeper's knowledge, so it looks again after one tick.
        for (int i = 0; i < slots.size(); i++) {
            Slot<C> slot = slots.get(i);
            if (slot.phase() != Phase.IDLE || slot.isStale()) continue;
            if (settings.trustWindow() == Long.MAX_VALUE) {
                plan.lookAt(now + settings.tick());
                continue;
            }
            long due = slot.seenAt + settings.trustWindow();
            if (due > now) plan.lookAt(Math.min(due, now + settings.tick()));
            else if (!isSeenIdle(slot) || !slot.doubt()) plan.lookAt(now + settings.tick());
        }
    }

    /** Opens for whoever waits and for the minimum; while connects fail, one attempt at a time, and spaced. */
    private void open(long now, Plan<C> plan) {
        Census census = Census.of(slots);
        int waiting = lending.waiting();
        int underway = census.count(Phase.OPENING) + census.count(Phase.PROBING);
        int forWaiters = waiting - underway - fresh();
        int forMinimum = settings.minIdle() - census.count(Phase.IDLE) - underway;
        int wanted = Math.min(
                Math.max(forWaiters, waiting > 0 ? 0 : forMinimum),
                settings.maxConcurrentOpens() - census.count(Phase.OPENING));
        if (wanted <= 0) return;
        if (retry.isFailing()) {
            if (census.count(Phase.OPENING) > 0) return;
            long due = retry.due(waiting > 0 ? settings.eagerRetry() : Long.MAX_VALUE);
            if (due > now) {
                plan.lookAt(due);
                return;
            }
            wanted = 1;
        }
        for (int i = 0; i < slots.size() && wanted > 0; i++) {
            if (slots.get(i).reserve()) {
                plan.open().add(slots.get(i));
                wanted--;
            }
        }
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

    /** Whether the slot still is as it was at the last look: idle since then. */
    private static boolean isSeenIdle(Slot<?> slot) {
        return slot.seenWord == slot.ticket();
    }

    private static boolean isOpen(Slot<?> slot) {
        Phase phase = slot.phase();
        return phase == Phase.IDLE || phase == Phase.LEASED || phase == Phase.PROBING;
    }
}
