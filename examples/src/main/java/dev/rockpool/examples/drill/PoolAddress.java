package dev.rockpool.examples.drill;

/** What a pool needs to reach the server; the URL names the pool's sessions, so that they can be told from others. */
record PoolAddress(String url, String user, String password) {
    /** The password and the URL, whose parameters may hold one, stay out. */
    @Override
    public String toString() {
        return "address of a pool";
    }
}
