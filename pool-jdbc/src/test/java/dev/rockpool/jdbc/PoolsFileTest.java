package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.internal.config.Setting;
import dev.rockpool.internal.spi.SettingsOfPools;
import dev.rockpool.jdbc.internal.config.JdbcTable;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonObject;
import kotlinx.serialization.json.JsonPrimitive;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading of configuration files: sources, keys, references, and problems with their places. */
class PoolsFileTest {
    private static final String SECRET = "s3cr3t-W0rd";

    @TempDir
    Path folder;

    private final Map<String, String> none = Map.of();

    private PoolsFile load(String name, String text, Map<String, String> environment, Map<String, String> properties)
            throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        return PoolsFile.load(file, environment, properties);
    }

    private PoolsFile yaml(String text) throws IOException {
        return load("pools.yaml", text, none, none);
    }

    private List<String> problems(String text) {
        return problems("pools.yaml", text, none, none);
    }

    private List<String> problems(
            String name, String text, Map<String, String> environment, Map<String, String> properties) {
        InvalidPoolsFileException refused =
                assertThrows(InvalidPoolsFileException.class, () -> load(name, text, environment, properties));
        assertFalse(refused.getMessage().contains(SECRET), refused.getMessage());
        return refused.getProblems().stream()
                .map(problem -> problem.replace(folder + "/", ""))
                .toList();
    }

    private static final String TWO = """
            default_pool:
              max_size: 7
              minIdle: 1
              acquire-timeout: 3s
              properties: { ApplicationName: shop }
            pools:
              orders:
                url: jdbc:h2:mem:orders
                username: sa
                max_connections: 12
                init_sql: [select 1, select 2]
                backoff: { initial: 50ms, max: 2s }
                health: { probe_timeout_ms: 1500, trust_window: 0 }
                properties: { connectTimeout: "5" }
              reports:
                url: jdbc:h2:mem:reports
                min_connections: 3
                idle_timeout: null
                init_sql: select 3
            """;

    @Test
    void aPoolHasItsOwnSettingsAndThoseOfTheDefaultPool() throws Exception {
        PoolsFile file = yaml(TWO);
        JdbcConfig orders = file.config("orders");
        JdbcConfig reports = file.config("reports");

        assertEquals(List.of("orders", "reports"), List.copyOf(file.names()));
        assertEquals("orders", orders.getPool().getName());
        assertEquals(12, orders.getPool().getMaxSize());
        assertEquals(1, orders.getPool().getMinIdle());
        assertEquals(Duration.ofSeconds(3), orders.getPool().getAcquireTimeout());
        assertEquals(Duration.ofMillis(1500), orders.getPool().getProbeTimeout());
        assertEquals(Duration.ZERO, orders.getPool().getTrustWindow());
        assertEquals(List.of("select 1", "select 2"), orders.getInitSql());
        assertTrue(
                orders.toJson().contains("ApplicationName") && orders.toJson().contains("connectTimeout"));
        assertEquals(7, reports.getPool().getMaxSize());
        assertEquals(3, reports.getPool().getMinIdle());
        assertEquals(null, reports.getPool().getIdleTimeout());
        assertEquals(List.of("select 3"), reports.getInitSql());
    }

    @Test
    void jsonAndPropertiesGiveTheSameAsYaml() throws Exception {
        String yaml = "pools:\n  a:\n    url: jdbc:h2:mem:a\n    maxSize: 3\n    backoff: {max: 3s}\n";
        String json =
                "{\"pools\": {\"a\": {\"url\": \"jdbc:h2:mem:a\", \"max-size\": 3, \"backoff\": {\"max\": \"3s\"}}}}";
        String properties =
                "# a comment\npools.a.url = jdbc:\\\n  h2:mem:a\npools.a.max-size=3\n\npools.a.backoff.max: 3s\n";

        String expected = yaml(yaml).config("a").toJson();
        assertEquals(expected, load("a.json", json, none, none).config("a").toJson());
        assertEquals(
                expected,
                load("a.properties", properties, none, none).config("a").toJson());
    }

    @Test
    void theEnvironmentComesBeforeSystemPropertiesAndTheseBeforeTheFile() throws Exception {
        Map<String, String> environment = Map.of(
                "ROCKPOOL_ORDERS_MAX_SIZE", "30",
                "ROCKPOOL_ORDERS_BACKOFF_MAX", "9s",
                "ROCKPOOL_DEFAULT_POOL_MAX_SIZE", "99",
                "ROCKPOOL_SERVICE_HOST", "10.0.0.1",
                "PATH", "/bin");
        Map<String, String> properties = Map.of(
                "rockpool.pools.orders.max-size", "20",
                "rockpool.pools.orders.min-idle", "2",
                "rockpool.simulation.seed", "1");

        PoolsFile file = load("pools.yaml", TWO, environment, properties);

        assertEquals(30, file.config("orders").getPool().getMaxSize());
        assertEquals(2, file.config("orders").getPool().getMinIdle());
        assertTrue(file.config("orders").getPool().toJson().contains("PT9S"));
        assertEquals(99, file.config("reports").getPool().getMaxSize());
    }

    @Test
    void everySettingThatATextCanGiveHasAKey() throws Exception {
        for (List<? extends Setting<?, ?, ?>> table : List.of(
                SettingsOfPools.INSTANCE.getTable().getAll(),
                JdbcTable.INSTANCE.getTable().getAll())) {
            for (Setting<?, ?, ?> setting : table) {
                if (setting.getType().getText() == null || setting.getName().equals("name")) continue;
                String value = setting.defaultText() == null ? "bad value" : setting.defaultText();
                for (String key : List.of(
                        setting.getName(),
                        setting.getKebab(),
                        setting.getKebab().replace('-', '_'))) {
                    String text = "pools.a.url=jdbc:h2:mem:a\npools.b." + key + "=" + value + "\n";
                    List<String> found = problems("a.properties", text, none, none);
                    assertTrue(found.stream().noneMatch(problem -> problem.contains("no setting")), found::toString);
                }
            }
        }
    }

    @Test
    @DisplayName("73: all problems of all pools are reported together, with their places")
    void allProblemsOfAllPoolsAreToldWithTheirPlaces() {
        List<String> found = problems("""
                default_pool:
                  acquire_timeout: soon
                pools:
                  orders:
                    url: jdbc:h2:mem:orders
                    max_size: 0
                    probe_on_return: perhaps
                  reports:
                    url: jdbc:unheard:of
                    minIdle: 50
                    init_sql: { a: 1 }
                  nothing:
                """);

        assertEquals(
                List.of(
                        "pools.yaml:2:20: default_pool.acquire_timeout is 'soon' but must be a duration such as 500ms, 5s or PT5S, or 'never'",
                        "pools.yaml:6:15: pools.orders.max_size is 0 but must be at least 1",
                        "pools.yaml:7:22: pools.orders.probe_on_return is 'perhaps' but must be true or false"),
                found.subList(0, 3));
        assertTrue(
                found.get(3).startsWith("pools.yaml:9:10: pools.reports.url is 'jdbc:unheard:of' but must be"),
                found.get(3));
        assertEquals(
                "pools.yaml:10:14: pools.reports.minIdle is 50 but must be 0 to maxSize (10); null means 2, or maxSize if that is less",
                found.get(4));
        assertTrue(
                found.get(5).startsWith("pools.yaml:11:17: pools.reports.init_sql.a is no setting of a pool"),
                found.get(5));
        assertEquals(
                "pools.yaml:12:3: pools.nothing.url is null but must be a JDBC URL, unless dataSource is given",
                found.get(6));
        assertEquals(7, found.size());
    }

    @Test
    @DisplayName("74: an unknown key names the nearest one")
    void anUnknownKeyNamesTheNearestOne() {
        List<String> found = problems("""
                defaultpol:
                  max_size: 3
                pools:
                  a:
                    url: jdbc:h2:mem:a
                    max_sise: 3
                    backof: { initial: 1s }
                    health: { prob_timeout: 1s }
                    securty: { tls: { verify: full } }
                """);

        assertEquals(
                List.of(
                        "pools.yaml:1:1: defaultpol is no part of a file; the nearest one is default_pool",
                        "pools.yaml:6:5: pools.a.max_sise is no setting of a pool; the nearest one is max_size",
                        "pools.yaml:7:15: pools.a.backof.initial is no setting of a pool; the nearest one is backoff.initial",
                        "pools.yaml:8:15: pools.a.health.prob_timeout is no setting of a pool; the nearest one is health.probe_timeout",
                        "pools.yaml:9:23: pools.a.securty.tls.verify is no setting of a pool; the nearest one is security.tls.verify"),
                found);
    }

    @Test
    @DisplayName("75: a duplicate key is an error")
    void aDuplicateKeyIsAnError() {
        assertEquals(
                List.of(
                        "pools.yaml:5:5: pools.a.url is given twice; it is also at pools.yaml:3:5",
                        "pools.yaml:6:5: pools.a.maxSize is given twice; it is also at pools.yaml:4:5 as pools.a.max_connections",
                        "pools.yaml:7:3: pools.a is given twice; it is also at pools.yaml:2:3"),
                problems("""
                        pools:
                          a:
                            url: jdbc:h2:mem:a
                            max_connections: 3
                            url: jdbc:h2:mem:b
                            maxSize: 4
                          a: {}
                        """));
        assertEquals(
                List.of("a.properties:2:2: pools.a.url is given twice; it is also at a.properties:1:1"),
                problems("a.properties", "pools.a.url=jdbc:h2:mem:a\n pools.a.url=jdbc:h2:mem:b\n", none, none));
    }

    @Test
    @DisplayName("73: a problem of an override names its source")
    void aProblemOfAnOverrideNamesItsSource() {
        List<String> found = problems(
                "pools.yaml",
                TWO,
                Map.of("ROCKPOOL_ORDERS_MAX_SIZE", "many", "ROCKPOOL_ORDERS_MAX_SISE", "3"),
                Map.of("rockpool.pools.orders.min-idle", "few"));

        assertEquals(
                List.of(
                        "environment variable ROCKPOOL_ORDERS_MAX_SISE: pools.orders.max_sise is no setting of a pool; the nearest one is max_size",
                        "environment variable ROCKPOOL_ORDERS_MAX_SIZE: pools.orders.max_size is 'many' but must be a whole number",
                        "system property rockpool.pools.orders.min-idle: pools.orders.min-idle is 'few' but must be a whole number"),
                found.stream().sorted().toList());
    }

    @Test
    @DisplayName("82: text that is not YAML is not shown")
    void textThatIsNoYamlIsToldWithoutIt() {
        assertEquals(
                List.of("pools.yaml:3:16: the file is not valid YAML here: mapping values are not allowed here"),
                problems("pools:\n  a:\n    password: x: " + SECRET + "\n"));
        assertEquals(
                1, problems("pools:\n  a:\n    password: \"" + SECRET + "\n").size());
        assertEquals(List.of("pools.yaml:1:1: the file must have an object with pools"), problems(SECRET));
        assertEquals(List.of("pools.yaml: pools is missing; name at least one pool"), problems(""));
        assertEquals(1, problems("pools.txt", SECRET, none, none).size());
    }

    @Test
    void referencesAreReplaced() throws Exception {
        Path host = folder.resolve("host");
        Files.writeString(host, "orders\n");
        String text = "pools:\n  a:\n    url: jdbc:h2:mem:${file:" + host + "}\n    max_size: ${env:SIZE}\n";

        JdbcConfig a = load("pools.yaml", text, Map.of("SIZE", "4"), none).config("a");

        assertEquals("jdbc:h2:mem:orders", a.getUrl());
        assertEquals(4, a.getPool().getMaxSize());
    }

    @Test
    void secretsAreReadAnewForEachLogin() throws Exception {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "first\n");
        JdbcConfig a = yaml("pools:\n  a:\n    url: jdbc:h2:mem:a\n    username: sa\n    password: ${file:" + secret
                        + "}\n")
                .config("a");

        assertEquals("first", a.getCredentials().get().getPassword());
        Files.writeString(secret, "second");
        assertEquals("second", a.getCredentials().get().getPassword());
        assertEquals("sa", a.getCredentials().get().getUsername());
        Files.delete(secret);
        Exception missing = assertThrows(Exception.class, a.getCredentials()::get);
        assertEquals("password refers to ${file:" + secret + "} but there is no such file", missing.getMessage());
    }

    @Test
    @DisplayName("82: a missing reference is named")
    void aMissingReferenceIsNamed() {
        assertEquals(
                List.of(
                        "pools.yaml:3:10: pools.a.url refers to ${env:URL} but there is no such environment variable",
                        "pools.yaml:4:15: pools.a.password refers to ${file:/no/such/file} but there is no such file",
                        "pools.yaml:5:15: pools.a.max_size refers to ${vault:x} but must be like ${env:NAME} or ${file:PATH}"),
                problems(
                        "pools:\n  a:\n    url: ${env:URL}\n    password: ${file:/no/such/file}\n    max_size: ${vault:x}\n"));
    }

    @Test
    @DisplayName("82: no secret is shown")
    void noSecretIsShown() throws Exception {
        String text = """
                pools:
                  a:
                    url: jdbc:h2:mem:a;PASSWORD=${env:S}
                    username: sa
                    password: ${env:S}
                    properties: { trustStorePassword: "${env:S}" }
                    max_size: %s
                  b:
                    url: jdbc:h2:mem:b
                    username: sa
                    password: s3cr3t-W0rd
                """;
        PoolsFile file = load("pools.yaml", text.formatted("3"), Map.of("S", SECRET), none);
        for (Object shown : List.of(
                file,
                file.config("a"),
                file.config("a").toJson(),
                file.config("a").getCredentials(),
                file.config("b"),
                file.config("b").toJson(),
                file.settings())) assertFalse(shown.toString().contains(SECRET), shown::toString);

        problems("pools.yaml", text.formatted("${env:S}"), Map.of("S", SECRET), none);
        problems("pools.yaml", text.formatted("0"), Map.of("S", SECRET), none);
        problems("pools:\n  a: " + SECRET + "\n");
        problems("pools:\n  a:\n    password: [" + SECRET + "]\n    properties: " + SECRET + "\n");
        problems("pools.yaml", "pools:\n  a:\n    url: jdbc:no:${env:S}\n", Map.of("S", SECRET), none);
    }

    @Test
    void tlsIsTranslatedForPostgreSql() throws Exception {
        String text = """
                pools:
                  a:
                    url: jdbc:postgresql://db/a
                    security:
                      tls: { verify: ca, ca: /etc/ca.pem, certificate: /etc/me.pem, key: /etc/me.p8 }
                      authentication: { username: me, timeout: 1500ms }
                """;
        Map<String, String> properties = driverProperties(yaml(text).config("a"));
        assertEquals(
                Map.of(
                        "loginTimeout", "2",
                        "sslmode", "verify-ca",
                        "sslrootcert", "/etc/ca.pem",
                        "sslcert", "/etc/me.pem",
                        "sslkey", "/etc/me.p8"),
                properties);
        assertEquals("me", yaml(text).config("a").getUsername());
        assertEquals(
                Map.of("sslmode", "verify-full", "sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory"),
                driverProperties(
                        yaml("pools:\n  a:\n    url: jdbc:postgresql://db/a\n    security: { tls: { verify: full } }\n")
                                .config("a")));
    }

    @Test
    void tlsThatCannotBeTranslatedIsAnError() {
        assertEquals(
                List.of("pools.yaml:4:32: pools.a.security.tls.verify is given but Rockpool can translate it for "
                        + "PostgreSQL only; set the properties of this driver under properties instead"),
                problems("pools:\n  a:\n    url: jdbc:h2:mem:a\n    security: { tls: { verify: full } }\n"));
        assertEquals(
                List.of("pools.yaml:4:32: pools.a.security.tls.verify is 'maybe' but must be one of full, ca, none"),
                problems("pools:\n  a:\n    url: jdbc:postgresql://db/a\n    security: { tls: { verify: maybe } }\n"));
    }

    @Test
    void aBudgetIsCheckedAsAWhole() throws Exception {
        String text =
                "budget: { total: %s }\npools:\n  a: { url: jdbc:h2:mem:a, guaranteed: 4 }\n  b: { url: jdbc:h2:mem:b, guaranteed: %s }\n";
        assertEquals(10, yaml(text.formatted("10", "6")).settings().total());
        assertEquals(
                List.of("pools.yaml:1:18: budget.total is 9 but must be at least 10, which is guaranteed to pools"),
                problems(text.formatted("9", "6")));
        assertEquals(
                List.of(
                        "pools.yaml:1:18: budget.total is 'none' but must be a whole number, 1 or more",
                        "pools.yaml:4:40: pools.b.guaranteed is '-1' but must be a whole number, 0 or more"),
                problems(text.formatted("none", "-1")));
        assertEquals(
                List.of("pools.yaml:2:40: pools.a.guaranteed is given but there is no budget; give budget.total"),
                problems("pools:\n  a: { url: jdbc:h2:mem:a, guaranteed: 4 }\n"));
    }

    @Test
    void theExampleOfTheDocumentsIsRead() throws Exception {
        Path secret = Files.writeString(folder.resolve("orders"), SECRET);
        String text = Files.readString(Path.of("src/test/resources/pools.yaml"))
                .replace("/run/secrets/orders", secret.toString());
        Map<String, String> environment = Map.of("REPORTS_HOST", "db-2", "REPORTS_PASSWORD", SECRET);

        PoolsFile file = load("pools.yaml", text, environment, none);

        assertEquals(20, file.config("orders").getPool().getMaxSize());
        assertEquals("orders", file.config("orders").getCredentials().get().getUsername());
        assertEquals("verify-full", driverProperties(file.config("orders")).get("sslmode"));
        assertEquals("jdbc:postgresql://db-2/reports", file.config("reports").getUrl());
        assertEquals(30, file.settings().total());
        assertEquals(10, file.settings().pools().get("orders").guaranteed());
    }

    @Test
    void withoutSnakeyamlEngineOnlyPropertiesAreRead() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator))
            if (!part.contains("snakeyaml")) urls.add(Path.of(part).toUri().toURL());
        Path yaml = Files.writeString(folder.resolve("a.yaml"), "pools: {}");
        Path properties = Files.writeString(
                folder.resolve("a.properties"), "pools.a.url=jdbc:h2:mem:a\npools.a.driver-class-name=org.h2.Driver");
        try (URLClassLoader without =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Method load = without.loadClass(PoolsFile.class.getName()).getMethod("load", Path.class);

            Throwable refused = assertThrows(InvocationTargetException.class, () -> load.invoke(null, yaml))
                    .getCause();

            assertTrue(
                    refused.getMessage()
                            .endsWith("YAML and JSON need org.snakeyaml:snakeyaml-engine on the class path; add it, "
                                    + "or use a .properties file"),
                    refused::toString);
            assertEquals(
                    "pools [a] of " + properties, load.invoke(null, properties).toString());
        }
    }

    /** As JSON shows them. */
    private static Map<String, String> driverProperties(JdbcConfig config) {
        JsonObject all = (JsonObject) Json.Default.parseToJsonElement(config.toJson());
        Map<String, String> properties = new TreeMap<>();
        ((JsonObject) all.get("properties"))
                .forEach((name, value) -> properties.put(name, ((JsonPrimitive) value).getContent()));
        return properties;
    }
}
