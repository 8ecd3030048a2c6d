package dev.rockpool.internal.core.upkeep;

/** Settings of a test. What it does not set never happens, or is large. */
final class TestSettings {
    static final long NEVER = Long.MAX_VALUE;

    int size = 4;
    int minIdle;
    int opens = 4;
    long trust = NEVER;
    long idle = NEVER;
    long keepalive = NEVER;
    long tick = 1_000_000_000;
    long slowOpen = NEVER / 2;
    long slowProbe = NEVER / 2;

    MaintenanceSettings get() {
        return new MaintenanceSettings(
                size, minIdle, opens, trust, false, idle, keepalive, tick, 250, NEVER, slowOpen, slowProbe);
    }
}
