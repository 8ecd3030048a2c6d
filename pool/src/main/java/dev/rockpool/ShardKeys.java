package dev.rockpool;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Turns keys into buckets, in the same way in every JVM and release. {@link ShardMap} documents the encoding. */
final class ShardKeys {
    private static final int UUID_BYTES = 16;

    private ShardKeys() {}

    static int bucketOf(Object key) {
        byte[] bytes = bytesOf(key);
        return (int) checksum(bytes) & (ShardMap.BUCKETS - 1);
    }

    static long checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length);
        return checksum.getValue();
    }

    static byte[] bytesOf(Object key) {
        if (key instanceof String text) return text.getBytes(StandardCharsets.UTF_8);
        if (key instanceof Long || key instanceof Integer || key instanceof Short || key instanceof Byte)
            return ByteBuffer.allocate(Long.BYTES)
                    .putLong(((Number) key).longValue())
                    .array();
        if (key instanceof UUID id)
            return ByteBuffer.allocate(UUID_BYTES)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .array();
        if (key instanceof byte[] bytes) return bytes;
        if (key instanceof List<?> parts && !parts.isEmpty()) return bytesOf(parts);
        throw refused(key);
    }

    private static byte[] bytesOf(List<?> parts) {
        if (parts.size() == 1) return bytesOf(parts.get(0));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object part : parts) {
            byte[] bytes = bytesOf(part);
            all.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private static IllegalArgumentException refused(Object key) {
        String given = key == null
                ? "null"
                : key instanceof List ? "an empty list" : "a " + key.getClass().getName();
        return new IllegalArgumentException(
                "the key of a shard is " + given
                        + " but must be a String, an integer (Long, Integer, Short or Byte), a UUID, a byte[], or a List of them");
    }
}
