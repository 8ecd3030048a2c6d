package dev.rockpool.jdbc.internal.config.hikari;

import dev.rockpool.jdbc.JdbcBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Reads HikariCP's properties into a builder, and collects the problems. */
public final class HikariReading<T> {
    private static final String BESIDE = "dataSource.";

    private final JdbcBuilder<T> builder;
    private final List<String> problems = new ArrayList<>();
    private boolean sourceUnusable;

    private HikariReading(JdbcBuilder<T> builder) {
        this.builder = builder;
    }

    /** Applies these properties to the builder. */
    public static <T> HikariReading<T> of(SortedMap<String, String> values, JdbcBuilder<T> builder) {
        HikariReading<T> reading = new HikariReading<>(builder);
        SortedMap<String, String> beside = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(BESIDE)) beside.put(name.substring(BESIDE.length()), value);
            else reading.read(name, value);
        });
        reading.readSource(values, beside);
        return reading;
    }

    public JdbcBuilder<T> builder() {
        return builder;
    }

    public List<String> problems() {
        return problems;
    }

    /** Whether the properties name a source of connections that cannot be used. */
    public boolean isSourceUnusable() {
        return sourceUnusable;
    }

    private void read(String name, String value) {
        HikariRule rule = HikariRules.find(name);
        if (rule == null) {
            problems.add(name + " is no property of HikariCP 7.1");
            return;
        }
        String problem = rule.read(builder, value.strip());
        if (problem != null) problems.add(name + " " + problem);
    }

    private void readSource(Map<String, String> values, SortedMap<String, String> beside) {
        List<String> given =
                HikariRules.SOURCES.stream().filter(values::containsKey).toList();
        if (given.size() > 1) {
            unusable(String.join(" and ", given) + " are given but only one of them may be");
            return;
        }
        String source = given.isEmpty() ? "jdbcUrl" : given.get(0);
        switch (source) {
            case "dataSourceClassName" ->
                use(DataSourceBean.create(values.get(source).strip(), beside, this::unusable));
            case "dataSourceJNDI" -> lookUp(values.get(source).strip(), beside);
            default -> beside.forEach(builder::property);
        }
    }

    private void lookUp(String name, SortedMap<String, String> beside) {
        if (!beside.isEmpty())
            unusable("dataSource.* is given but a data source found by dataSourceJNDI is used as it is");
        try {
            if (new InitialContext().lookup(name) instanceof DataSource found) use(found);
            else unusable("dataSourceJNDI is '" + name + "' but must be the name of a javax.sql.DataSource");
        } catch (NamingException e) {
            unusable("dataSourceJNDI is '" + name + "' but must be a name that JNDI finds: " + e);
        }
    }

    private void use(DataSource source) {
        if (source != null) builder.dataSource(source);
    }

    private void unusable(String problem) {
        sourceUnusable = true;
        problems.add(problem);
    }
}
