package dev.rockpool.examples.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdbcPeerTest {
    @ParameterizedTest
    @EnumSource
    void thePrintedSettingsHaveTheSizeAndNoLogin(JdbcPeer peer) {
        var settings = peer.settingsFor(new Room(5, 50), Target.postgres("jdbc:postgresql:x", "app", "secret"));
        assertTrue(settings.containsValue("50"), settings::toString);
        assertFalse(settings.containsValue("secret"), settings::toString);
        assertEquals(peer.key(), peer.key().toLowerCase(java.util.Locale.ROOT));
    }
}
