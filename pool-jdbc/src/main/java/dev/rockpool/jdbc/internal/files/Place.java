package dev.rockpool.jdbc.internal.files;

/**
 * Where something is written.
 *
 * @param line from 1; 0 if the source has no lines
 * @param column from 1
 */
record Place(String source, int line, int column) {
    /** A source without lines, such as an environment variable. */
    static Place of(String source) {
        return new Place(source, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line + ":" + column;
    }
}
