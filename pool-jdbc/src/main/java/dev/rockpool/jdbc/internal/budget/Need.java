package dev.rockpool.jdbc.internal.budget;

/**
 * What a process tells the others that lacks permits.
 *
 * @param permits how many it lacks
 * @param excess how many it has beyond its guarantee
 * @param isStarving whether it has none, and was refused for a while
 */
record Need(int permits, int excess, boolean isStarving) {
    private static final String WORD = "need";

    String text() {
        return WORD + " " + permits + " " + excess + " " + isStarving;
    }

    /** Null if the text is something else, such as one of a later version. */
    static Need of(String text) {
        String[] words = text.split(" ");
        if (words.length < 4 || !words[0].equals(WORD)) return null;
        try {
            return new Need(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Boolean.parseBoolean(words[3]));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
