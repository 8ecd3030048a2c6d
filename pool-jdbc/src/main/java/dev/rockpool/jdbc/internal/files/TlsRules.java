package dev.rockpool.jdbc.internal.files;

import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Translates {@code security} into the properties of a driver. */
final class TlsRules {
    /** A wrong value, and its key. */
    static final class WrongException extends Exception {
        private static final long serialVersionUID = 1;
        private final String key;

        WrongException(String key, String problem) {
            super(problem);
            this.key = key;
        }

        String key() {
            return key;
        }
    }

    private static final Map<String, String> MODES =
            Map.of("full", "verify-full", "ca", "verify-ca", "none", "require");
    private static final String MODE = "sslmode";

    private TlsRules() {}

    /**
     * The driver's properties.
     *
     * @param given the values by the keys of {@link SettingKeys}; at least one
     * @param url null if the pool has none
     */
    static Map<String, String> properties(Map<String, String> given, String url) throws WrongException {
        String first = given.keySet().iterator().next();
        if (url == null || Vendor.ofUrl(url) != Vendor.POSTGRESQL) {
            throw new WrongException(
                    first,
                    "is given but Rockpool can translate it for PostgreSQL only; set the properties of this driver"
                            + " under properties instead");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        String timeout = given.get(SettingKeys.LOGIN_TIMEOUT);
        if (timeout != null) properties.put("loginTimeout", timeout);
        if (given.keySet().stream().anyMatch(key -> key.startsWith("security.tls"))) addTls(given, properties);
        return properties;
    }

    private static void addTls(Map<String, String> given, Map<String, String> properties) throws WrongException {
        String verify = given.getOrDefault(SettingKeys.TLS_VERIFY, "full").strip();
        String mode = MODES.get(verify.toLowerCase(Locale.ROOT));
        if (mode == null)
            throw new WrongException(SettingKeys.TLS_VERIFY, "is '" + verify + "' but must be one of full, ca, none");
        String ca = given.get(SettingKeys.TLS_CA);
        String certificate = given.get(SettingKeys.TLS_CERTIFICATE);
        String key = given.get(SettingKeys.TLS_KEY);
        if ((certificate == null) != (key == null)) {
            String one = certificate == null ? SettingKeys.TLS_KEY : SettingKeys.TLS_CERTIFICATE;
            throw new WrongException(one, "is given but security.tls needs both certificate and key, or neither");
        }
        properties.put(MODE, mode);
        if (ca != null) properties.put("sslrootcert", ca);
        if (certificate != null) {
            properties.put("sslcert", certificate);
            properties.put("sslkey", key);
        }
        if (ca != null || mode.equals("require")) return;
        if (certificate != null)
            throw new WrongException(
                    SettingKeys.TLS_CERTIFICATE, "is given but then security.tls.ca must be given too");
        // Without a file, the JVM's trust store decides.
        properties.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }
}
