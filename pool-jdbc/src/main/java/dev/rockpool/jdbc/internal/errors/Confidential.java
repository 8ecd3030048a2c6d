package dev.rockpool.jdbc.internal.errors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a configuration must not tell: the password, and the driver's properties, of which some are secrets too. Only this package
 * can read it. Immutable.
 */
public final class Confidential {
    /** Neither a password nor a property. */
    public static final Confidential NONE = new Confidential(null, Map.of());

    private final String password;
    private final Map<String, String> properties;

    private Confidential(String password, Map<String, String> properties) {
        this.password = password;
        this.properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /** These, and what of this they do not replace. */
    public Confidential with(String password, Map<String, String> properties) {
        Map<String, String> all = new LinkedHashMap<>(this.properties);
        all.putAll(properties);
        return new Confidential(password == null ? this.password : password, all);
    }

    public Confidential withoutPassword() {
        return new Confidential(null, properties);
    }

    /** The password, and the properties whose names say that they are secret. */
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

    /** Nothing of it. */
    @Override
    public String toString() {
        return Secrets.MASK;
    }
}
