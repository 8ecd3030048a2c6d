package dev.rockpool.jdbc.internal.files;

import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.CredentialsSupplier;
import dev.rockpool.jdbc.internal.files.References.MissingException;

/**
 * Credentials of which at least one is a reference. They are read again for each login, so that a rotated secret is used
 * at once.
 *
 * @param username as written, with references; null for none
 * @param password the same
 */
record FileCredentials(String username, String password, References references) implements CredentialsSupplier {
    @Override
    public Credentials get() throws MissingException {
        return new Credentials(resolve("username", username), resolve("password", password));
    }

    private String resolve(String key, String text) throws MissingException {
        try {
            return text == null ? null : references.resolve(text);
        } catch (MissingException e) {
            throw new MissingException(key, e);
        }
    }

    /** Even a text with a reference may contain a part of a password. */
    @Override
    public String toString() {
        return "credentials of a file";
    }
}
