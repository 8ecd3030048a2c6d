package dev.rockpool.examples.bench.cases;

import java.util.Locale;

/** What watches the pool, and what its callers do. The names are those of the candidates. */
public enum Observed {
    ROCKPOOL(", connections, nothing on", Level.NOTHING, false),
    METERS(", connections, meters", Level.METERS, false),
    EVERYTHING(", connections, everything on", Level.EVERYTHING, false),
    STATEMENTS(", statements, nothing on", Level.NOTHING, true),
    STATEMENTS_METERS(", statements, meters", Level.METERS, true),
    STATEMENTS_EVERYTHING(", statements, everything on", Level.EVERYTHING, true);

    enum Level {
        NOTHING,
        METERS,
        EVERYTHING
    }

    private final String remark;
    private final Level level;
    private final boolean statements;

    Observed(String remark, Level level, boolean statements) {
        this.remark = remark;
        this.level = level;
        this.statements = statements;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String remark() {
        return remark;
    }

    Level level() {
        return level;
    }

    /** Whether callers run statements on each connection. */
    boolean runsStatements() {
        return statements;
    }
}
