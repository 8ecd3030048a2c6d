package dev.rockpool.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The alerts of one {@link PoolMonitor}. Thread-safe. */
public final class Alerts {
    private static final int REMEMBERED = 256;

    /** What listeners receive. */
    enum Kind {
        TRIGGERED,
        REMINDED,
        RESOLVED
    }

    record Notice(Kind kind, Alert alert) {}

    private static final class Firing {
        Alert alert;
        Instant toldAt;

        Firing(Alert alert, Instant at) {
            this.alert = alert;
            this.toldAt = at;
        }
    }

    private final String pool;
    private final List<RuleState> rules;
    private final Duration remindEvery;
    private final Supplier<Instant> clock;
    private final Consumer<List<Notice>> notices;
    private final Map<RuleState, Firing> firing = new LinkedHashMap<>();
    private final Deque<Alert> over = new ArrayDeque<>();
    private long latestId;

    /**
     * @param remindEvery null for never
     * @param notices receives alerts that an operator has cleared
     */
    Alerts(
            String pool,
            List<AlertRule> rules,
            Duration remindEvery,
            Supplier<Instant> clock,
            Consumer<List<Notice>> notices) {
        this.pool = pool;
        this.rules = rules.stream().map(RuleState::new).toList();
        this.remindEvery = remindEvery;
        this.clock = clock;
        this.notices = notices;
    }

    /** Gives each rule its figure, {@code NaN} if that is unknown. Returns the notices for listeners. */
    synchronized List<Notice> look(long nanos, Instant at, ToDoubleFunction<AlertRule> figure) {
        List<Notice> made = new ArrayList<>();
        for (RuleState rule : rules) {
            double value = figure.applyAsDouble(rule.rule);
            switch (rule.look(nanos, value)) {
                case FIRES -> made.add(fire(rule, value, at));
                case RESOLVES -> made.add(resolve(rule, at, null));
                case NOTHING -> remind(rule, value, at, made);
            }
        }
        return made;
    }

    private Notice fire(RuleState rule, double value, Instant at) {
        Alert alert = Alert.fired(++latestId, pool, rule.rule, value, at);
        firing.put(rule, new Firing(alert, at));
        return new Notice(Kind.TRIGGERED, alert);
    }

    private Notice resolve(RuleState rule, Instant at, String by) {
        Alert alert = firing.remove(rule).alert.resolved(at, by);
        over.addFirst(alert);
        if (over.size() > REMEMBERED) over.removeLast();
        return new Notice(Kind.RESOLVED, alert);
    }

    private void remind(RuleState rule, double value, Instant at, List<Notice> made) {
        Firing now = firing.get(rule);
        if (now == null) return;
        now.alert = now.alert.seen(value);
        if (remindEvery == null || now.alert.getAcknowledgedBy() != null) return;
        if (at.isBefore(now.toldAt.plus(remindEvery))) return;
        now.toldAt = at;
        made.add(new Notice(Kind.REMINDED, now.alert));
    }

    /** The alerts that fire now, the latest first. */
    public synchronized List<Alert> getActive() {
        return firing.values().stream()
                .map(now -> now.alert)
                .sorted(Comparator.comparingLong(Alert::getId).reversed())
                .toList();
    }

    /** The alerts that fire now and the last 256 that are over, the latest first. */
    public synchronized List<Alert> getLog() {
        List<Alert> all = new ArrayList<>(getActive());
        all.addAll(over);
        all.sort(Comparator.comparingLong(Alert::getId).reversed());
        return List.copyOf(all);
    }

    /** Each rule with its state. */
    public synchronized List<AlertStatus> getRules() {
        return rules.stream()
                .map(rule -> new AlertStatus(rule.rule, rule.state(), rule.value()))
                .toList();
    }

    /**
     * Records that a person takes care of an alert, and ends its reminders. This silences this episode and level only: the
     * next episode, and the same rule at another level, are reported as usual. So is the end of this alert.
     *
     * @param by the name of that person, for others to see
     * @return false if no alert with this id fires
     */
    public synchronized boolean acknowledge(long id, String by) {
        Objects.requireNonNull(by, "by is null");
        for (Firing now : firing.values()) {
            if (now.alert.getId() != id) continue;
            now.alert = now.alert.acknowledged(by, clock.get());
            return true;
        }
        return false;
    }

    /**
     * Ends an alert by hand, and reports that to the listeners on this thread. If the figure is still above the
     * threshold, it must hold again before the rule fires again, as another alert.
     *
     * @param by the name of that person, for others to see
     * @return false if no alert with this id fires
     */
    public boolean clear(long id, String by) {
        Objects.requireNonNull(by, "by is null");
        Notice made = null;
        synchronized (this) {
            for (RuleState rule : rules) {
                Firing now = firing.get(rule);
                if (now == null || now.alert.getId() != id) continue;
                rule.reset();
                made = resolve(rule, clock.get(), by);
            }
        }
        if (made == null) return false;
        notices.accept(List.of(made));
        return true;
    }
}
