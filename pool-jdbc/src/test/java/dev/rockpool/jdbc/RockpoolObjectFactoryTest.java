package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.InvalidConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.naming.CompositeName;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.naming.spi.NamingManager;
import javax.sql.DataSource;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.NamedNodeMap;

/** Pools that a container creates from its configuration. */
class RockpoolObjectFactoryTest {
    private static final String SECRET = "s3cr3t-W0rd";

    @TempDir
    Path folder;

    private final FakeDatabase database = new FakeDatabase();

    /** As a container does it. */
    private static Object lookUp(String type, String... attributes) throws Exception {
        Reference reference = new Reference(type, RockpoolObjectFactory.class.getName(), null);
        for (int i = 0; i < attributes.length; i += 2)
            reference.add(new StringRefAddr(attributes[i], attributes[i + 1]));
        return NamingManager.getObjectInstance(reference, new CompositeName("orders"), null, null);
    }

    private static RockpoolDataSource create(String... attributes) throws Exception {
        return (RockpoolDataSource) lookUp(DataSource.class.getName(), attributes);
    }

    @Test
    void attributesAreTheSettingsOfAPool() throws Exception {
        try (RockpoolDataSource pool = create(
                        "url",
                        database.getUrl(),
                        "maxSize",
                        "3",
                        "acquireTimeout",
                        "1500ms",
                        "maxLifetime",
                        "never",
                        "initSql",
                        "set a, b",
                        "properties.ApplicationName",
                        "shop");
                Connection connection = pool.getConnection()) {
            assertTrue(connection.isValid(1));
            assertEquals("orders", pool.config().getPool().getName());
            assertEquals(3, pool.config().getPool().getMaxSize());
            assertEquals(Duration.ofMillis(1500), pool.config().getPool().getAcquireTimeout());
            assertNull(pool.config().getPool().getMaxLifetime());
            assertEquals(List.of("set a, b"), pool.config().getInitSql());
        }
    }

    @Test
    void theResourceOfTheDocumentationIsUnderstood() throws Exception {
        Path password = Files.writeString(folder.resolve("orders"), SECRET);
        NamedNodeMap attributes = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(getClass().getResourceAsStream("/context.xml"))
                .getElementsByTagName("Resource")
                .item(0)
                .getAttributes();
        List<String> all = new ArrayList<>(List.of("minIdle", "0"));
        for (int i = 0; i < attributes.getLength(); i++) {
            String value = attributes.item(i).getNodeValue();
            if (!attributes.item(i).getNodeName().equals("name"))
                all.addAll(List.of(
                        attributes.item(i).getNodeName(), value.replace("/run/secrets/orders", password.toString())));
        }
        try (RockpoolDataSource pool = create(all.toArray(String[]::new))) {
            assertEquals(20, pool.config().getPool().getMaxSize());
            assertEquals("jdbc:postgresql://db/orders", pool.config().getUrl());
            assertFalse(pool.config().toString().contains(SECRET));
        }
    }

    @Test
    void whatTheContainerAddsIsNoSetting() throws Exception {
        try (RockpoolDataSource pool = create(
                "url",
                database.getUrl(),
                "scope",
                "Shareable",
                "auth",
                "Container",
                "singleton",
                "true",
                "factory",
                "x",
                "closeMethod",
                "close",
                "poolName",
                "shop")) {
            assertEquals("shop", pool.config().getPool().getName());
        }
    }

    @Test
    void allProblemsAreReportedTogetherWithoutThePassword() {
        InvalidConfigException refused = assertThrows(
                InvalidConfigException.class,
                () -> create("password", SECRET, "maxTotal", "8", "acquireTimeout", "soon", "guaranteed", "2"));
        String all = String.join("\n", refused.getProblems());
        assertFalse(refused.getMessage().contains(SECRET), refused.getMessage());
        assertTrue(all.contains("maxTotal is no setting of a pool; here it is maxSize"), all);
        assertTrue(all.contains("acquireTimeout is 'soon' but must be a duration"), all);
        assertTrue(all.contains("resource 'orders': guaranteed is given but a resource has no budget"), all);
        assertTrue(all.contains("resource 'orders': url is null but"), all);
        assertEquals(4, refused.getProblems().size(), all);
    }

    /** A context.xml that was written for another pool. The nearest of our names often means something else. */
    @ParameterizedTest
    @CsvSource({
        "maxActive,            ; here it is maxSize",
        "maxWait,              ; here it is acquireTimeout",
        "checkoutTimeout,      ; here it is acquireTimeout",
        "user,                 ; here it is username",
        "removeAbandoned,      ; here it is reclaimLeaks",
        "defaultReadOnly,      ; here it is readOnly",
        "max-active,           ; here it is max_size",
        "maxSise,              ; the nearest one is maxSize",
        "jdbcInterceptors,     ''",
        "fairQueue,            ''"
    })
    void anAttributeOfAnotherPoolIsTranslatedAndNoneIsGuessedFromAfar(String attribute, String hint) {
        InvalidConfigException refused =
                assertThrows(InvalidConfigException.class, () -> create("url", database.getUrl(), attribute, "1"));
        assertEquals(
                List.of("resource 'orders': " + attribute + " is no setting of a pool" + hint), refused.getProblems());
    }

    @Test
    void aReferenceToAnythingElseIsLeftToOtherFactories() throws Exception {
        assertNull(lookUp("java.lang.Runnable", "url", database.getUrl()));
        assertNull(new RockpoolObjectFactory().getObjectInstance("text", null, null, null));
    }
}
