package dev.rockpool.jdbc.internal.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecretsTest {
    @Test
    void noSecretOfAUrlIsShownWhateverItsNameIs() {
        for (String name : List.of(
                "password",
                "sslpassword",
                "PWD",
                "accessToken",
                "OAuthPvtKey",
                "private_key",
                "privateKeyBase64",
                "pass%77ord",
                "%70assword")) {
            String url = "jdbc:x://h/d?user=me&" + name + "=hidden&b=2";
            assertEquals("jdbc:x://h/d?user=me&" + name + "=***&b=2", Secrets.mask(url));
            assertEquals(List.of("hidden", "hidden"), Secrets.inUrl(url));
        }
    }

    @Test
    void whatIsNoSecretIsShown() {
        String url = "jdbc:x://h/d?keyspace=k&name=100%25&ApplicationName=a%20b";
        assertEquals(url, Secrets.mask(url));
    }
}
