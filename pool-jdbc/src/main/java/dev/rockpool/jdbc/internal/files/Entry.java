package dev.rockpool.jdbc.internal.files;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A value with its path, such as {@code pools.orders.max_size}. Every source is read into a list of these.
 *
 * @param keys the path as it is written; at least one key
 */
record Entry(List<Key> keys, Value value) {
    /** One key of a path. */
    record Key(String name, Place place) {}

    /** The kinds of values. */
    enum Form {
        TEXT,
        LIST,
        NULL,

        /** An object without members. */
        EMPTY
    }

    /** A value as it is written. {@code texts} has one text, those of a list, or none. */
    record Value(Form form, List<String> texts, Place place) {
        String text() {
            return texts.get(0);
        }

        /** May be a secret. */
        @Override
        public String toString() {
            return form + " at " + place;
        }
    }

    /** The path, such as {@code pools.orders.max_size}. */
    String path() {
        return keys.stream().map(Key::name).collect(Collectors.joining("."));
    }

    /** Where the last key is written. */
    Place place() {
        return keys.get(keys.size() - 1).place();
    }
}
