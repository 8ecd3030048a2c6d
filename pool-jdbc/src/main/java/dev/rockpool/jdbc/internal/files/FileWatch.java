package dev.rockpool.jdbc.internal.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Decides what to do with the content of a file that is looked at again and again. A content is compared, not the time
 * of the file: Kubernetes replaces a whole folder by a symbolic link. Only a digest is kept, because the content may
 * have secrets.
 *
 * <p>A content that is refused may be half written. So it is tried twice before it is reported, and then no more. Not
 * thread-safe.
 */
public final class FileWatch {
    private byte[] settled;
    private byte[] suspect;

    /** @param content that was read when the pools were started */
    public FileWatch(byte[] content) {
        this.settled = digest(content);
    }

    /** Whether this content is to be tried: it was neither applied nor refused last. */
    public boolean isNew(byte[] content) {
        return !Arrays.equals(digest(content), settled);
    }

    /** Records that this content was applied. */
    public void applied(byte[] content) {
        settled = digest(content);
        suspect = null;
    }

    /** Records that this content cannot be used. Returns whether that is to be reported. */
    public boolean refused(byte[] content) {
        byte[] digest = digest(content);
        if (!Arrays.equals(digest, suspect)) {
            suspect = digest;
            return false;
        }
        settled = digest;
        suspect = null;
        return true;
    }

    /** The same for a file that cannot be read. */
    public boolean unreadable() {
        byte[] nothing = "unreadable".getBytes(StandardCharsets.UTF_8);
        return isNew(nothing) && refused(nothing);
    }

    private static byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) { // every JVM has it
            throw new IllegalStateException(e);
        }
    }
}
