package dev.rockpool.jdbc.internal.files;

import dev.rockpool.jdbc.InvalidPoolsFileException;
import dev.rockpool.jdbc.internal.files.Entry.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a file and its overrides into settings, and reports all problems at once. */
public final class FileReading {
    static final String POOLS = "pools";
    static final String DEFAULT_POOL = "default_pool";
    static final String BUDGET = "budget";
    private static final List<String> TOPS = List.of(DEFAULT_POOL, POOLS, BUDGET);
    private static final String TOTAL = "total";

    private final Overrides overrides;
    private final References references;
    private final String source;
    private final Problems problems = new Problems();

    /** Where each pool is first named. */
    private final Map<String, Place> places = new LinkedHashMap<>();

    private Entry total;
    private Integer permits;
    private int guaranteed;

    private FileReading(Path file, Overrides overrides) {
        this.source = file.toString();
        this.overrides = overrides;
        this.references = new References(overrides.environment());
    }

    /**
     * Reads the content of a file, whose name says what it is.
     *
     * @throws InvalidPoolsFileException with all problems
     */
    public static FileSettings read(Path file, String text, Overrides overrides) {
        FileReading reading = new FileReading(file, overrides);
        FileSettings settings = reading.read(text);
        if (reading.problems.isEmpty()) return settings;
        throw new InvalidPoolsFileException(file, reading.problems.sentences());
    }

    private FileSettings read(String text) {
        List<Entry> inFile = parse(text);
        List<Entry> inProperties = overrides.ofProperties();
        for (List<Entry> layer : List.of(inFile, inProperties)) layer.forEach(this::check);
        List<Entry> inEnvironment = overrides.ofEnvironment(places.keySet(), problems);
        inEnvironment.forEach(this::check);
        readTotal();
        Map<String, FilePool> pools = new LinkedHashMap<>();
        List<List<Entry>> layers = List.of(inFile, inProperties, inEnvironment);
        places.forEach((pool, place) -> pools.put(pool, read(pool, place, layers)));
        if (places.isEmpty() && problems.isEmpty())
            problems.add(Place.of(source), "pools is missing; name at least one pool");
        if (permits != null && guaranteed > permits)
            problems.add(
                    total.value().place(),
                    "budget.total is " + permits + " but must be at least " + guaranteed
                            + ", which is guaranteed to pools");
        return new FileSettings(pools, permits);
    }

    private List<Entry> parse(String text) {
        String name = source.toLowerCase(Locale.ROOT);
        if (name.endsWith(".properties")) return PropertiesReader.read(source, text, problems);
        if (!name.endsWith(".yaml") && !name.endsWith(".yml") && !name.endsWith(".json")) {
            problems.add(Place.of(source), "the name must end with .yaml, .yml, .json or .properties");
            return List.of();
        }
        try {
            return YamlReader.read(source, text, problems);
        } catch (NoClassDefFoundError e) {
            problems.add(
                    Place.of(source),
                    "YAML and JSON need org.snakeyaml:snakeyaml-engine on the class path; add it, or use a .properties file");
            return List.of();
        }
    }

    private void check(Entry entry) {
        Entry.Key first = entry.keys().get(0);
        String top = SettingKeys.plain(first.name());
        Form form = entry.value().form();
        boolean isText = form == Form.TEXT || form == Form.LIST;
        if (TOPS.stream().map(SettingKeys::plain).noneMatch(top::equals)) {
            problems.add(
                    first.place(),
                    first.name() + " is no part of a file; the nearest one is " + Nearest.of(first.name(), TOPS));
        } else if (entry.keys().size() == 1 && isText) {
            problems.add(entry.value().place(), first.name() + " must be an object");
        } else if (top.equals(BUDGET)) {
            checkBudget(entry);
        } else if (top.equals(POOLS) && entry.keys().size() > 1) {
            places.putIfAbsent(entry.keys().get(1).name(), entry.keys().get(1).place());
        }
    }

    private void checkBudget(Entry entry) {
        if (entry.keys().size() == 1) return;
        if (entry.keys().size() == 2
                && SettingKeys.plain(entry.keys().get(1).name()).equals(TOTAL)) total = entry;
        else
            problems.add(entry.keys().get(1).place(), entry.path() + " is no setting of a budget; there is only total");
    }

    private void readTotal() {
        if (total == null || total.value().form() == Form.NULL) return;
        String shown = total.value().form() == Form.TEXT ? total.value().text() : "";
        try {
            String text = references.resolve(shown).strip();
            if (text.matches("[1-9]\\d{0,8}")) permits = Integer.valueOf(text);
            else
                problems.add(
                        total.value().place(),
                        total.path() + " is '" + shown + "' but must be a whole number, 1 or more");
        } catch (References.MissingException e) {
            problems.add(total.value().place(), total.path() + " " + e.getMessage());
        }
    }

    private FilePool read(String pool, Place place, List<List<Entry>> layers) {
        PoolReading reading = new PoolReading(problems);
        for (List<Entry> layer : layers) reading.add(select(layer, DEFAULT_POOL, null), 1);
        for (List<Entry> layer : layers) reading.add(select(layer, POOLS, pool), 2);
        FilePool read =
                new PoolWriting(pool, POOLS + "." + pool + ".", place, reading.all(), references, problems).write();
        PoolReading.Given share = reading.all().get(SettingKeys.GUARANTEED);
        if (share != null && total == null)
            problems.add(
                    share.entry().value().place(),
                    share.entry().path() + " is given but there is no budget; give budget.total");
        if (read != null) guaranteed += read.guaranteed();
        return read;
    }

    private static List<Entry> select(List<Entry> layer, String top, String pool) {
        List<Entry> selected = new ArrayList<>();
        for (Entry entry : layer) {
            if (!SettingKeys.plain(entry.keys().get(0).name()).equals(SettingKeys.plain(top))) continue;
            boolean isOfPool = pool == null
                    ? entry.keys().size() > 1
                    : entry.keys().size() > 1 && entry.keys().get(1).name().equals(pool);
            if (isOfPool) selected.add(entry);
        }
        return selected;
    }
}
