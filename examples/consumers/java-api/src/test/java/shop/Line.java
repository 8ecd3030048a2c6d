package shop;

/** Stands for a connection of some kind other than JDBC. */
final class Line {
    boolean alive = true;
    boolean dirty;

    String ask(String question) {
        return question.toUpperCase(java.util.Locale.ROOT);
    }
}
