package dev.rockpool.jdbc.internal.errors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The secrets of a configuration: the password, and the driver's properties, some of which are secret too. Only this
 * package can read it. Immutable.
 */
public final class Confidential {
    /** No password and no properties. */
    public static final Confidential NONE = new Confidential(null, Map.of());

    private final String password;
    private final Map<String, String> properties;

    private Confidential(String password, Map<String, String> properties) {
        this.password = password;
        this.properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /** A copy with this password and these properties, and the current ones that they do not replace. */
    public Confidential with(String password, Map<String, String> properties) {
        Map<String, String> all = new LinkedHashMap<>(this.properties);
        all.putAll(properties);
        return new Confidential(password == null ? this.password : password, all);
    }

    public Confidential withoutPassword() {
        return new Confidential(null, properties);
    }

    /** The password, and the properties with the name of a secret. */
    public Confidential secrets() {
        return new Confidential(password, select(true));
    }

    /** The other properties. */
    public Map<String, String> openProperties() {
        return select(false);
    }

    public boolean hasPassword() {
        return password != null;
    }

    public int countProperties() {
        return properties.size();
    }

    public String password() {
        return password;
    }

    public Map<String, String> properties() {
        return properties;
    }

    private Map<String, String> select(boolean secret) {
        Map<String, String> selected = new LinkedHashMap<>(properties);
        selected.keySet().removeIf(name -> Secrets.isNameOfSecret(name) != secret);
        return selected;
    }

    /** Shows nothing of its content. */
    @Override
    public String toString() {
        return Secrets.MASK;
    }
}
