package dev.rockpool.jdbc.internal.files;

import dev.rockpool.internal.config.DurationText;
import dev.rockpool.internal.config.Secrecy;
import dev.rockpool.internal.config.Setting;
import dev.rockpool.internal.config.SettingType;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.internal.config.Builders;
import dev.rockpool.jdbc.internal.errors.Secrets;
import dev.rockpool.jdbc.internal.files.Entry.Form;
import dev.rockpool.jdbc.internal.files.PoolReading.Given;
import dev.rockpool.jdbc.internal.files.References.MissingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonNull;

/** Sets what was read of one pool in a builder, and finds the problems of the values. */
final class PoolWriting {
    private static final Pattern PROBLEM = Pattern.compile("(?s)([\\w.-]+)( .*)");
    private static final String USER = "username";
    private static final String PASSWORD = "password";

    private final String pool;
    private final String prefix;
    private final Place place;
    private final Map<String, Given> all;
    private final References references;
    private final Problems problems;
    private final JdbcBuilder<JdbcConfig> builder = JdbcConfig.builder();

    /** Texts of {@link SettingKeys#OTHERS}, by their keys. */
    private final Map<String, String> others = new LinkedHashMap<>();

    private final Map<String, String> driver = new LinkedHashMap<>();
    private final Set<String> failed = new HashSet<>();

    /**
     * @param prefix what the source has before a setting, such as {@code pools.orders.}; may be empty
     * @param place where the pool is named
     */
    PoolWriting(
            String pool, String prefix, Place place, Map<String, Given> all, References references, Problems problems) {
        this.pool = pool;
        this.prefix = prefix;
        this.place = place;
        this.all = all;
        this.references = references;
        this.problems = problems;
    }

    /** The pool; null if there are problems. */
    FilePool write() {
        builder.name(pool);
        all.values().forEach(this::set);
        setCredentials();
        setSecurity();
        builder.properties(driver);
        for (String problem : builder.problems()) addRule(problem);
        int guaranteed = guaranteed();
        return failed.isEmpty() ? new FilePool(builder.build(), guaranteed) : null;
    }

    private void set(Given given) {
        if (given.id().equals(USER) || given.id().equals(PASSWORD)) return;
        Entry.Value value = given.entry().value();
        List<String> texts = new ArrayList<>();
        for (String text : value.texts()) {
            String resolved = resolved(given, text);
            if (resolved == null) return;
            texts.add(resolved);
        }
        String allowed = given.known() == null || given.known().setting() == null
                ? setOther(given, texts)
                : setSetting(given.known(), value.form(), texts);
        if (allowed != null) add(given, " is " + shown(given) + " but " + allowed);
    }

    private String setOther(Given given, List<String> texts) {
        if (given.entry().value().form() == Form.NULL) return null;
        if (given.entry().value().form() != Form.TEXT) return "must be a text";
        String name = given.driverProperty();
        if (name != null) driver.put(name, texts.get(0));
        else others.put(given.id(), texts.get(0));
        return null;
    }

    private String setSetting(SettingKeys.Known known, Form form, List<String> texts) {
        Setting<? super JdbcBuilder<?>, ?, ?> setting = known.setting();
        if (form == Form.NULL) return setting.readJson(JsonNull.INSTANCE, builder);
        if (form == Form.EMPTY) return "must not be an object";
        if (form == Form.LIST || setting.getType() == SettingType.Companion.getTEXTS()) {
            List<JsonElement> items = new ArrayList<>();
            texts.forEach(text -> items.add(JsonElementKt.JsonPrimitive(text)));
            return setting.readJson(new JsonArray(items), builder);
        }
        if (setting.getType().getText() == null)
            return setting.readJson(JsonElementKt.JsonPrimitive(texts.get(0)), builder);
        if (!known.inMillis()) return setting.readText(texts.get(0), builder);
        if (!isNumber(texts.get(0))) return "must be a whole number of milliseconds";
        return setting.readText(texts.get(0).strip() + "ms", builder);
    }

    private static boolean isNumber(String text) {
        return text.strip().matches("\\d{1,18}");
    }

    private void setCredentials() {
        String user = text(USER);
        String password = text(PASSWORD);
        if (user != null && References.areIn(user) || password != null && References.areIn(password))
            builder.credentials(new FileCredentials(user, password, references));
        else {
            if (user != null) builder.username(user);
            if (password != null) builder.password(password);
        }
    }

    /** The text as it is written, whose references can be resolved; else null. */
    private String text(String id) {
        Given given = all.get(id);
        if (given == null || given.entry().value().form() == Form.NULL) return null;
        if (given.entry().value().form() != Form.TEXT) {
            add(given, " must be a text");
            return null;
        }
        String text = given.entry().value().text();
        return resolved(given, text) == null ? null : text;
    }

    private void setSecurity() {
        Map<String, String> security = new LinkedHashMap<>(others);
        security.remove(SettingKeys.GUARANTEED);
        if (security.isEmpty() || failed.contains("url")) return;
        Given timeout = all.get(SettingKeys.LOGIN_TIMEOUT);
        if (security.containsKey(SettingKeys.LOGIN_TIMEOUT)) {
            String text = security.get(SettingKeys.LOGIN_TIMEOUT);
            Duration time = timeout.known().inMillis() && !isNumber(text) ? null : DurationText.parse(text.strip());
            if (time == null || time.isNegative() || time.isZero()) {
                add(timeout, " is '" + text + "' but must be a duration longer than zero, such as 5s");
                return;
            }
            security.put(
                    SettingKeys.LOGIN_TIMEOUT,
                    String.valueOf(time.plusNanos(999_999_999).toSeconds()));
        }
        try {
            TlsRules.properties(security, Builders.urlOf(builder)).forEach(this::setSecurity);
        } catch (TlsRules.WrongException e) {
            add(all.get(e.key()), " " + e.getMessage());
        }
    }

    private void setSecurity(String property, String value) {
        Given given = all.get(SettingKeys.PROPERTIES + "." + property);
        if (given != null) add(given, " is given but security sets this property already; remove one of them");
        driver.put(property, value);
    }

    private int guaranteed() {
        String text = others.get(SettingKeys.GUARANTEED);
        if (text == null) return 0;
        if (text.strip().matches("\\d{1,9}")) return Integer.parseInt(text.strip());
        add(all.get(SettingKeys.GUARANTEED), " is '" + text + "' but must be a whole number, 0 or more");
        return 0;
    }

    /** Places a problem that begins with the name of a setting. */
    private void addRule(String problem) {
        Matcher parts = PROBLEM.matcher(problem);
        String id = parts.matches() ? parts.group(1) : "";
        if (failed.contains(id)) return;
        Given given = all.get(id);
        if (given != null) add(given, hidden(given, parts.group(2)));
        else {
            failed.add(id);
            problems.add(
                    place, parts.matches() ? prefix + SettingKeys.snake(id) + parts.group(2) : pool + ": " + problem);
        }
    }

    private String hidden(Given given, String problem) {
        String hidden = problem;
        for (String text : given.entry().value().texts()) hidden = references.hide(hidden, text);
        return hidden;
    }

    private void add(Given given, String problem) {
        failed.add(given.id());
        problems.add(given.entry().value().place(), given.entry().path() + problem);
    }

    private String resolved(Given given, String text) {
        try {
            return references.resolve(text);
        } catch (MissingException e) {
            add(given, " " + e.getMessage());
            return null;
        }
    }

    /** The value as it is written, without secrets. References are not resolved. */
    private static String shown(Given given) {
        Entry.Value value = given.entry().value();
        if (value.form() == Form.NULL) return "null";
        if (value.form() == Form.EMPTY) return "{}";
        if (isSecret(given)) return Secrets.MASK;
        List<String> masked = value.texts().stream()
                .map(text -> "'" + Secrets.mask(text) + "'")
                .toList();
        return value.form() == Form.LIST ? masked.toString() : masked.get(0);
    }

    private static boolean isSecret(Given given) {
        if (given.known() == null || given.id().equals(SettingKeys.PROPERTIES)) return true;
        Setting<?, ?, ?> setting = given.known().setting();
        return setting != null && setting.getAbout().getSecrecy() == Secrecy.SECRET;
    }
}
